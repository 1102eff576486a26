import { createRequire } from 'node:module'

/** The kinds whose fields are recorded, by the names of the official client's models. */
const roots = [
  'V1Pod',
  'V1Node',
  'V1Namespace',
  'CoreV1Event',
  'V1ConfigMap',
  'V1Secret',
  'V1Lease',
  'V1CustomResourceDefinition',
  'V1Binding',
  'V1Eviction',
  'V1DeleteOptions',
]

type Attribute = { readonly baseName: string; readonly type: string }
type Model = { readonly getAttributeTypeMap?: () => readonly Attribute[] }

/** Returns the source of `shapes.ts`: of each type its fields and their types, as the official client's models have them. */
export function renderShapes(): string {
  const models = createRequire(import.meta.url)('@kubernetes/client-node') as Record<string, Model>
  const shapes = new Map<string, Record<string, string>>()
  const waiting = [...roots]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const attributes = models[name]?.getAttributeTypeMap?.()
    if (attributes === undefined || shapes.has(name)) continue
    shapes.set(name, Object.fromEntries(attributes.map(({ baseName, type }) => [baseName, type])))
    waiting.push(...attributes.flatMap(({ type }) => type.match(/\w+/g) ?? []))
  }
  const sorted = Object.fromEntries([...shapes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return `/** Fields of Kubernetes' types and their types. Made by \`tool/record-shapes.ts\`; never edited. */
export const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(sorted, null, 2)}
`
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import type { Shape, Value } from '../src/model/shape.ts'
import { botocoreShapes } from './botocore-shapes.ts'

/** AWS's own cases of its protocols, where they lie beside the repository. */

const folder = join(import.meta.dirname, '../../../../shared/suites/ec2/botocore')
export const areCasesThere = existsSync(folder)

const json = z.record(z.string(), z.unknown())
const place = z.object({ shape: z.string() }).optional()
const suite = z.array(
  z.object({
    shapes: botocoreShapes,
    cases: z.array(
      z.object({
        id: z.string(),
        given: z.object({
          name: z.string(),
          input: place,
          output: place,
          errors: z.array(z.object({ shape: z.string() })).optional(),
        }),
        params: json.optional(),
        serialized: z.object({ body: z.string().optional() }).optional(),
        result: json.optional(),
        error: json.optional(),
        errorCode: z.string().optional(),
        errorMessage: z.string().optional(),
      }),
    ),
  }),
)

export type AwsCase = z.infer<typeof suite>[number]['cases'][number] & {
  readonly shapes: z.infer<typeof botocoreShapes>
}

/** Returns the cases of a protocol, by the name of its file. */
export function casesOf(direction: 'input' | 'output', protocol: string): readonly AwsCase[] {
  if (!areCasesThere) return []
  const text = readFileSync(join(folder, direction, `${protocol}.json`), 'utf8')
  return suite
    .parse(JSON.parse(text))
    .flatMap(({ shapes, cases }) => cases.map((each) => ({ ...each, shapes })))
}

/** Returns the value that a result says: moments are seconds there, bytes text. */
export function valueOf(shape: Shape, result: unknown): Value {
  if (shape.type === 'list')
    return (result as unknown[]).map((each) => valueOf(shape.element.shape, each))
  if (shape.type === 'timestamp') return new Date(Number(result) * 1000)
  if (shape.type === 'blob') return Buffer.from(String(result))
  if (shape.type === 'float' && typeof result === 'string') return Number(result)
  if (shape.type !== 'structure' && shape.type !== 'map') return result as Value
  const inner = (name: string): Shape =>
    shape.type === 'map'
      ? shape.value.shape
      : (shape.members.find((member) => member.name === name)?.shape ?? { type: 'string' })
  return Object.fromEntries(
    Object.entries(result as object).map(([name, each]) => [name, valueOf(inner(name), each)]),
  )
}

/** The same as JSON says it. */
export function plainOf(value: Value | undefined): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, plainOf(each as Value)]),
  )
}

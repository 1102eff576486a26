import type {
  Element,
  Member,
  Operation,
  ScalarShape,
  Shape,
  StructureShape,
  Traits,
} from './shape.ts'

/** What is kept of a service's model, each shape once, named by its place in the list. */
export type ModelDocument = {
  readonly version: string
  /** Of the XML of its answers. */
  readonly namespace: string
  readonly operations: readonly (readonly [name: string, input: number, output: number])[]
  /** Actions that AWS has, and that are not served. */
  readonly unserved: readonly string[]
  readonly shapes: readonly ShapeDocument[]
}

/** A part that refers to a shape; its traits are left out where it has none. */
export type ElementDocument = readonly [shape: number, traits?: Traits]

export type MemberDocument = readonly [
  name: string,
  shape: number,
  traits?: Traits | 0,
  isRequired?: 1,
]

export type ShapeDocument =
  | ScalarShape['type']
  | { readonly members: readonly MemberDocument[] }
  | { readonly element: ElementDocument }
  | { readonly key: ElementDocument; readonly value: ElementDocument }

/** What a service can be asked. */
export type ServiceModel = {
  readonly version: string
  readonly namespace: string
  readonly operations: ReadonlyMap<string, Operation>
  readonly unserved: ReadonlySet<string>
}

/** Returns a model whose shapes hold each other. */
export function linkModel({
  version,
  namespace,
  operations,
  unserved,
  shapes,
}: ModelDocument): ServiceModel {
  const linked = new Map<number, Shape>()
  const shapeAt = (place: number): Shape => {
    const known = linked.get(place)
    if (known !== undefined) return known
    const described = shapes[place]
    if (described === undefined) throw new TypeError(`The model has no shape ${place}.`)
    return link(described, (shape) => void linked.set(place, shape), elementOf)
  }
  const elementOf = ([shape, traits = {}]: ElementDocument): Element => ({
    shape: shapeAt(shape),
    traits,
  })
  const structureAt = (place: number): StructureShape => {
    const shape = shapeAt(place)
    if (shape.type !== 'structure') throw new TypeError(`Shape ${place} is no structure.`)
    return shape
  }
  return {
    version,
    namespace,
    operations: new Map(
      operations.map(([name, input, output]) => [
        name,
        { name, input: structureAt(input), output: structureAt(output) },
      ]),
    ),
    unserved: new Set(unserved),
  }
}

/** It is told before what it is made of is linked: it may be within itself. */
function link(
  described: ShapeDocument,
  tell: (shape: Shape) => void,
  elementOf: (element: ElementDocument) => Element,
): Shape {
  const made = begin(described)
  tell(made.shape)
  made.fill(elementOf)
  return made.shape
}

type Begun = {
  readonly shape: Shape
  readonly fill: (elementOf: (element: ElementDocument) => Element) => void
}

function begin(described: ShapeDocument): Begun {
  if (typeof described === 'string') return { shape: { type: described }, fill: () => {} }
  if ('members' in described) {
    const members: Member[] = []
    return {
      shape: { type: 'structure', members },
      fill: (elementOf) => {
        for (const [name, shape, traits, isRequired] of described.members) {
          const element = elementOf(
            traits === undefined || traits === 0 ? [shape] : [shape, traits],
          )
          members.push({ name, isRequired: isRequired === 1, ...element })
        }
      },
    }
  }
  if ('element' in described) {
    const shape = { type: 'list' } as { type: 'list'; element: Element }
    return { shape, fill: (elementOf) => void (shape.element = elementOf(described.element)) }
  }
  const shape = { type: 'map' } as { type: 'map'; key: Element; value: Element }
  return {
    shape,
    fill: (elementOf) => {
      shape.key = elementOf(described.key)
      shape.value = elementOf(described.value)
    },
  }
}

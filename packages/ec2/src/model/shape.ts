/** What the members of a service's requests and answers are, as its model says. */

/** How a moment is written where the protocol leaves a choice. */
export type TimestampFormat = 'date-time' | 'epoch-seconds' | 'http-date'

/** Names and forms of a member, or of a list's or a map's elements, on the wire. Traits as Smithy calls them. */
export type Traits = {
  readonly xmlName?: string
  readonly ec2QueryName?: string
  readonly xmlFlattened?: boolean
  readonly xmlAttribute?: boolean
  readonly jsonName?: string
  readonly timestampFormat?: TimestampFormat
  /** Clients make one up where nobody gave it. */
  readonly idempotencyToken?: boolean
}

/** A shape where it is used. */
export type Element = { readonly shape: Shape; readonly traits: Traits }

/** A member of a structure. */
export type Member = Element & { readonly name: string; readonly isRequired: boolean }

/** A structure: the only shape that requests and answers have. */
export type StructureShape = { readonly type: 'structure'; readonly members: readonly Member[] }
export type ListShape = { readonly type: 'list'; readonly element: Element }
export type MapShape = { readonly type: 'map'; readonly key: Element; readonly value: Element }

/** What is written as one text. */
export const scalarTypes = [
  'string',
  'boolean',
  'integer',
  'float',
  'timestamp',
  'blob',
] as const satisfies readonly string[]

export type ScalarShape = { readonly type: (typeof scalarTypes)[number] }

export type Shape = StructureShape | ListShape | MapShape | ScalarShape

/** What a service can be asked. */
export type Operation = {
  readonly name: string
  readonly input: StructureShape
  readonly output: StructureShape
}

/** A value of a shape: what a handler takes and gives. Moments are dates, blobs bytes. */
export type Value =
  | string
  | number
  | boolean
  | Date
  | Uint8Array
  | readonly Value[]
  | { readonly [member: string]: Value | undefined }

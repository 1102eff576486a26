import type { Call } from '../door/dispatcher.ts'

type Tag = { readonly Key?: string; readonly Value?: string }
type Specification = { readonly ResourceType?: string; readonly Tags?: readonly Tag[] }
type Tags = Readonly<Record<string, string>>

/** Returns how a request tags what it makes. */
export function specificationsIn({ TagSpecifications }: Call['input']): readonly Specification[] {
  return (TagSpecifications ?? []) as readonly Specification[]
}

/** Returns all tags of a request, by their keys. */
export function requestTags(input: Call['input']): Tags {
  const own = (input['Tags'] ?? []) as readonly Tag[]
  return byKey([...own, ...specificationsIn(input).flatMap(({ Tags = [] }) => Tags)])
}

/** Returns the tags that a request gives to what it makes of a type: what it says of another one says nothing of this. */
export function tagsAskedFor(input: Call['input'], type: string): Tags {
  const own = specificationsIn(input).filter(({ ResourceType = type }) => ResourceType === type)
  return byKey(own.flatMap(({ Tags = [] }) => Tags))
}

function byKey(tags: readonly Tag[]): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

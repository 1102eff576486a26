import { FilterError } from './errors.ts'
import { isPlain, parsePattern } from './pattern.ts'
import { createStepBudget } from './step-budget.ts'

/** What a request asks for: all of its filters, and of each one of its values. */
export type Filter = {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** What a filter looks at: the texts that a resource has under its name. */
export type FilterTable<Resource> = Readonly<
  Record<string, (resource: Resource) => readonly string[]>
>

/** The tags of a resource: `tag:KEY`, `tag-key` and `tag-value` look at them, whatever the resource is. */
export type TagsOf<Resource> = (resource: Resource) => Readonly<Record<string, string>>

/** Source: EC2's API reference, filters of its Describe actions. */
const MOST_VALUES = 200
/** All wildcards of a request together: a tenth of a second or so. Two hundred beginnings of the names of ten thousand resources take half of it. */
const MOST_STEPS = 20_000_000

/**
 * Returns whether a resource is one of those that are asked for. Names are looked up before anything is looked through.
 *
 * @throws {@link FilterError} where a name is none of the table, or there are more values than EC2 takes; also where what it returns has looked at too much.
 */
export function createFilter<Resource>(
  filters: readonly Filter[],
  table: FilterTable<Resource>,
  tagsOf: TagsOf<Resource>,
): (resource: Resource) => boolean {
  const count = filters.reduce((sum, { Values = [] }) => sum + Values.length, 0)
  if (count > MOST_VALUES) {
    throw new FilterError(
      'FilterLimitExceeded',
      `The request has ${count} filter values; the most is ${MOST_VALUES}.`,
    )
  }
  const spend = createStepBudget(MOST_STEPS, tooLong)
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const read = readerOf(Name, table, tagsOf)
    const plain = new Set(Values.filter(isPlain))
    const patterns = Values.filter((value) => !isPlain(value)).map((value) =>
      parsePattern(value, spend),
    )
    const isMatch = (text: string): boolean => {
      if (plain.has(text)) return true
      if (patterns.length === 0) return false
      const characters = Array.from(text)
      return patterns.some((matches) => matches(characters))
    }
    return (resource: Resource): boolean => read(resource).some(isMatch)
  })
  return (resource) => tests.every((test) => test(resource))
}

function tooLong(): FilterError {
  return new FilterError(
    'FilterLimitExceeded',
    'The wildcards of the filters take too long: ask with fewer, or with more of what they stand for.',
  )
}

function readerOf<Resource>(
  name: string,
  table: FilterTable<Resource>,
  tagsOf: TagsOf<Resource>,
): (resource: Resource) => readonly string[] {
  if (name === 'tag-key') return (resource) => Object.keys(tagsOf(resource))
  // No page of EC2's reference names it any more, and clients of long ago use it.
  if (name === 'tag-value') return (resource) => Object.values(tagsOf(resource))
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    return (resource) => {
      const tags = tagsOf(resource)
      return Object.hasOwn(tags, key) ? [tags[key] ?? ''] : []
    }
  }
  const read = Object.hasOwn(table, name) ? table[name] : undefined
  if (read !== undefined) return read
  throw new FilterError('InvalidParameterValue', `The filter '${name.slice(0, 100)}' is invalid`)
}

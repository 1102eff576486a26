import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FilterError } from './errors.ts'
import { createFilter, type Filter } from './filter.ts'
import { parsePattern } from './pattern.ts'

type Thing = {
  readonly id: string
  readonly zones: readonly string[]
  readonly tags: Record<string, string>
}

const things: readonly Thing[] = [
  { id: 'i-1', zones: ['a'], tags: { Name: 'web', team: 'blue' } },
  { id: 'i-2', zones: ['a', 'b'], tags: { Name: 'web*' } },
  { id: 'i-3', zones: [], tags: {} },
]
const table = {
  'instance-id': ({ id }: Thing) => [id],
  zone: ({ zones }: Thing) => zones,
}

test.each<[readonly Filter[], readonly string[]]>([
  [[], ['i-1', 'i-2', 'i-3']],
  [[{ Name: 'zone', Values: ['a'] }], ['i-1', 'i-2']],
  [[{ Name: 'zone', Values: ['b', 'c'] }], ['i-2']],
  [
    [
      { Name: 'zone', Values: ['a'] },
      { Name: 'instance-id', Values: ['i-1'] },
    ],
    ['i-1'],
  ],
  [[{ Name: 'zone', Values: [] }], []],
  [[{ Name: 'tag:Name', Values: ['web*'] }], ['i-1', 'i-2']],
  [[{ Name: 'tag:Name', Values: ['web\\*'] }], ['i-2']],
  [[{ Name: 'tag:Name', Values: ['?eb'] }], ['i-1']],
  [[{ Name: 'tag-key', Values: ['team'] }], ['i-1']],
  [[{ Name: 'tag-value', Values: ['blue'] }], ['i-1']],
  [[{ Name: 'tag:constructor', Values: ['*'] }], []],
])('%j finds %j', (filters, ids) => {
  const matches = createFilter(filters, table, ({ tags }) => tags)
  expect(things.filter(matches).map(({ id }) => id)).toEqual(ids)
})

test.each(['colour', '', 'constructor', '__proto__'])(
  'a filter of the name %j is refused in EC2’s words',
  (Name) => {
    const create = () => createFilter([{ Name, Values: ['x'] }], table, ({ tags }) => tags)
    expect(create).toThrow(FilterError)
    expect(create).toThrow(`The filter '${Name}' is invalid`)
  },
)

test('more values than EC2 takes are refused', () => {
  const filter = (count: number) => [{ Name: 'zone', Values: Array<string>(count).fill('a') }]
  expect(() => createFilter(filter(200), table, ({ tags }) => tags)).not.toThrow()
  expect(() => createFilter(filter(201), table, ({ tags }) => tags)).toThrow(
    expect.objectContaining({ awsCode: 'FilterLimitExceeded' }),
  )
})

test('wildcards that would be looked for too long are refused, and those of ten thousand names are not', () => {
  const tagged = (Name: string, count: number) =>
    Array.from({ length: count }, () => ({ id: '', zones: [], tags: { Name } }))
  const find = (Values: string[], all: readonly Thing[]) =>
    all.filter(createFilter([{ Name: 'tag:Name', Values }], table, ({ tags }) => tags)).length
  const hard = Array.from({ length: 200 }, (_, at) => `*${'a'.repeat(127)}b${at}`)
  expect(() => find(hard, tagged('a'.repeat(255), 1000))).toThrow(
    expect.objectContaining({ awsCode: 'FilterLimitExceeded' }),
  )
  expect(find(['web-*', '*-?????'], tagged('web-12345', 10_000))).toBe(10_000)
  const beginnings = Array.from({ length: 200 }, (_, at) => `b${at}-*`)
  expect(find(beginnings, tagged('b199-production-of-the-shop', 10_000))).toBe(10_000)
})

test('a pattern matches what a regular expression of the same meaning does', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '\\*', '\\?', '\\\\', '.', '😀')
  const text = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '\\', '.', '😀'))
    .map((all) => all.join(''))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), text, (parts, written) => {
      const source = parts.map((each) => {
        if (each === '*') return '.*'
        if (each === '?') return '.'
        return escapeRegExp(each.length > 1 && each.startsWith('\\') ? each.slice(1) : each)
      })
      const expected = new RegExp(`^${source.join('')}$`, 'su').test(written)
      expect(parsePattern(parts.join(''))(Array.from(written))).toBe(expected)
    }),
  )
})

test('a pattern that a regular expression would take years for takes no time', () => {
  const pattern = parsePattern(`${'*a'.repeat(1000)}b`)
  expect(pattern(Array.from('a'.repeat(10_000)))).toBe(false)
})

function escapeRegExp(text: string): string {
  return text.replace(/[.*?\\]/g, '\\$&')
}

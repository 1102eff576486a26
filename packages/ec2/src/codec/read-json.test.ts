import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Member, Shape, StructureShape, Value } from '../model/shape.ts'
import { readJson } from './read-json.ts'
import type { Fields } from './read-query.ts'
import { writeJson } from './write-json.ts'

const traits = {}
const member = (name: string, shape: Shape, isRequired = false): Member => ({
  name,
  shape,
  traits,
  isRequired,
})
const text: Shape = { type: 'string' }
const shape: StructureShape = {
  type: 'structure',
  members: [
    member('text', text),
    member('flag', { type: 'boolean' }),
    member('count', { type: 'integer' }),
    member('share', { type: 'float' }),
    member('at', { type: 'timestamp' }),
    member('bytes', { type: 'blob' }),
    member('list', { type: 'list', element: { shape: text, traits } }),
    member('map', { type: 'map', key: { shape: text, traits }, value: { shape: text, traits } }),
  ],
}

const texts = fc.string({ unit: 'binary' }).map((each) => each.toWellFormed())
const values = fc.record<Record<string, Value>>(
  {
    text: texts,
    flag: fc.boolean(),
    count: fc.maxSafeInteger(),
    share: fc.double({ noNaN: true }).filter((each) => !Object.is(each, -0)),
    at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    bytes: fc.uint8Array().map((each) => Buffer.from(each)),
    list: fc.array(texts),
    map: fc.dictionary(texts, texts, { noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('what is written is read again', () => {
  fc.assert(
    fc.property(values, (fields) => {
      expect(readJson(shape, writeJson(shape, fields as Fields))).toEqual(fields)
    }),
  )
})

test('whatever is sent, it is read, or refused in AWS’s words', () => {
  const codes = ['SerializationException', 'ValidationException']
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
      const code = codeOf(() => readJson(shape, body))
      if (code !== undefined) expect(codes).toContain(code)
    }),
  )
})

test('what the shape does not know is left out, and so is nothing', () => {
  expect(readJson(shape, '{"other":1,"text":null,"list":["a",null]}')).toEqual({ list: ['a'] })
  expect(readJson(shape, '')).toEqual({})
})

test('what has to be there, and is not, is missing', () => {
  const strict: StructureShape = { type: 'structure', members: [member('Name', text, true)] }
  expect(codeOf(() => readJson(strict, '{}'))).toBe('ValidationException')
})

test('a document that is deep without end is refused', () => {
  const deep: StructureShape = { type: 'structure', members: [] }
  const members: Member[] = [member('in', deep)]
  Object.assign(deep, { members })
  const nested = (depth: number): string => `${'{"in":'.repeat(depth)}{}${'}'.repeat(depth)}`
  expect(codeOf(() => readJson(deep, nested(20)))).toBeUndefined()
  expect(codeOf(() => readJson(deep, nested(5000)))).toBe('SerializationException')
})

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (failure) {
    return (failure as { readonly awsCode?: string }).awsCode ?? String(failure)
  }
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { renderShapes } from '../../tool/shapes.ts'
import { decodeShape } from './shape.ts'

test('the recorded fields are those of the official client', () => {
  const recorded = readFileSync(join(import.meta.dirname, 'generated/shapes.ts'), 'utf8')
  expect(recorded).toBe(renderShapes())
})

test('fields that a type does not have are left out and named', () => {
  const pod = { metadata: { name: 'a', foo: 1 }, spec: { containers: [{ name: 'c', bar: 2 }] } }
  expect(decodeShape('V1Pod', pod)).toEqual({
    value: { metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } },
    unknown: ['metadata.foo', 'spec.containers[0].bar'],
    wrong: [],
  })
})

test('what is of another type is told', () => {
  const pod = { metadata: { labels: { a: 1 } }, spec: { containers: {}, hostNetwork: 'yes' } }
  expect(decodeShape('V1Pod', pod).wrong).toEqual([
    'cannot unmarshal number into field metadata.labels.a of type string',
    'cannot unmarshal object into field spec.containers of type Array<V1Container>',
    'cannot unmarshal string into field spec.hostNetwork of type boolean',
  ])
})

test('a field named like a method of every object is unknown', () => {
  expect(decodeShape('V1Pod', { constructor: 1, toString: 2 }).unknown).toEqual([
    'constructor',
    'toString',
  ])
})

import { expect, test } from 'vitest'

import type { Json, JsonObject } from '../json.ts'
import { podType } from './kind/pod.ts'
import { patchObject } from './patch.ts'

const ones = (length: number): readonly Json[] => Array.from({ length }, () => 1)

function patch(current: JsonObject, body: readonly Json[]): JsonObject {
  return patchObject(podType, current, { mediaType: 'application/json-patch+json', body })
}

test('a value is tested by itself, however long a list it is', () => {
  const list = ones(100_000)
  expect(patch({ list }, [{ op: 'test', path: '/list', value: list }])).toEqual({ list })
  const other = [{ op: 'test', path: '/list', value: [...list.slice(1), 2] }]
  expect(() => patch({ list }, other)).toThrow('the server rejected our request')
  expect(() => patch({ list }, [{ op: 'test', path: '/none', value: 1 }])).toThrow('rejected')
})

test('a patch of little does not shift a long list again and again', () => {
  const begin = { op: 'add', path: '/list/0', value: 2 }
  expect(
    patch({ list: ones(3) }, [begin, { op: 'move', from: '/list/0', path: '/list/-' }]),
  ).toEqual({ list: [1, 1, 1, 2] })
  const list = ones(500_000)
  const many = Array.from({ length: 1000 }, () => begin)
  expect(() => patch({ list }, many)).toThrow('the server rejected our request')
})

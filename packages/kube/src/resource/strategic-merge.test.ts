import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Json, JsonObject } from '../json.ts'
import { applyMergePatch, applyStrategicMerge } from './strategic-merge.ts'

const pod: JsonObject = {
  metadata: { labels: { a: '1' }, finalizers: ['x/y'] },
  spec: {
    containers: [
      { name: 'a', image: 'one', args: ['1'], ports: [{ containerPort: 80 }] },
      { name: 'b', image: 'two' },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
}

/** Source: the example of RFC 7386, section 3. */
test('a merge patch does what its specification shows', () => {
  const target = {
    title: 'Goodbye!',
    author: { givenName: 'John', familyName: 'Doe' },
    tags: ['example', 'sample'],
    content: 'This will be unchanged',
  }
  const patch = {
    title: 'Hello!',
    phoneNumber: '+01-123-456-7890',
    author: { familyName: null },
    tags: ['example'],
  }
  expect(applyMergePatch(target, patch)).toEqual({
    title: 'Hello!',
    author: { givenName: 'John' },
    tags: ['example'],
    content: 'This will be unchanged',
    phoneNumber: '+01-123-456-7890',
  })
})

test('a merge patch of what an object is changes nothing', () => {
  const value = fc
    .jsonValue({ maxDepth: 3 })
    .filter((json) => !JSON.stringify(json).includes('null'))
  fc.assert(
    fc.property(value, (json) => {
      const copy = JSON.parse(JSON.stringify(json)) as Json
      expect(applyMergePatch(copy, copy)).toEqual(copy)
    }),
  )
})

test.each<readonly [string, JsonObject, JsonObject]>([
  [
    'items are merged by their key, others are added',
    { spec: { containers: [{ name: 'b', image: 'three' }, { name: 'c' }] } },
    {
      containers: [
        { name: 'a', image: 'one', args: ['1'], ports: [{ containerPort: 80 }] },
        { name: 'b', image: 'three' },
        { name: 'c' },
      ],
    },
  ],
  [
    'an item is deleted',
    { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
    { containers: [{ name: 'b', image: 'two' }] },
  ],
  [
    'a list is replaced',
    { spec: { containers: [{ $patch: 'replace' }, { name: 'z' }] } },
    { containers: [{ name: 'z' }] },
  ],
  [
    'items are put in order',
    {
      spec: {
        $setElementOrder: 0,
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [{ name: 'a', args: null }],
      },
    },
    {
      containers: [
        { name: 'b', image: 'two' },
        { name: 'a', image: 'one', ports: [{ containerPort: 80 }] },
      ],
    },
  ],
  [
    'other fields of an item are dropped',
    {
      spec: {
        volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }],
      },
    },
    { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  ],
  [
    'a list of plain values is replaced',
    { spec: { containers: [{ name: 'a', args: ['2'] }] } },
    {
      containers: [
        { name: 'a', image: 'one', args: ['2'], ports: [{ containerPort: 80 }] },
        { name: 'b', image: 'two' },
      ],
    },
  ],
])('strategic merge: %s', (_, patch, expected) => {
  expect(applyStrategicMerge(pod, patch)['spec']).toMatchObject(expected)
})

test('finalizers are united, and taken away by a directive', () => {
  const added = applyStrategicMerge(pod, { metadata: { finalizers: ['z/z'] } })
  expect(added['metadata']).toMatchObject({ finalizers: ['x/y', 'z/z'] })
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/y'] } }
  expect(applyStrategicMerge(added, patch)['metadata']).toMatchObject({ finalizers: ['z/z'] })
})

test('ports of a service are told apart by their port', () => {
  const service = { spec: { ports: [{ port: 80, targetPort: 1 }, { port: 81 }] } }
  const patch = { spec: { ports: [{ port: 80, targetPort: 2 }] } }
  expect(applyStrategicMerge(service, patch)).toEqual({
    spec: { ports: [{ port: 80, targetPort: 2 }, { port: 81 }] },
  })
})

test('what a directive costs does not double with each level that has one', () => {
  let patch: JsonObject = { name: 'a' }
  for (let depth = 0; depth < 60; depth += 1) {
    const order = { '$setElementOrder/containers': [{ name: 'a' }] }
    patch = { name: 'a', ...order, containers: [patch] }
  }
  expect(applyStrategicMerge(pod, patch)['name']).toBe('a')
})

test('a list has one directive of a sort, whatever follows its name', () => {
  const many = (directive: string, value: Json) =>
    Object.fromEntries(Array.from({ length: 2 }, (_, at) => [`${directive}/args/${at}`, value]))
  const target = { args: ['b', 'a'] }
  for (const directive of ['$setElementOrder', '$deleteFromPrimitiveList']) {
    expect(applyStrategicMerge(target, many(directive, ['a', 'b']))).toEqual(target)
  }
})

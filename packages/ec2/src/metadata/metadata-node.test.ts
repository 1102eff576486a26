import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createFolder, findNode, isFolder, listFolder, type MetadataNode } from './metadata-node.ts'

/** Names as paths and tags have them, those that mean something to JavaScript among them. */
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'entries', '0', '-1', '..'),
)
const { node } = fc.letrec<{ node: MetadataNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.dictionary(name, tie('node'), { maxKeys: 5 }).map((entries) => createFolder(entries)),
  ),
}))
const folder = fc.dictionary(name, node).map((entries) => createFolder(entries))

test('what is listed is there, and nothing else is', () => {
  fc.assert(
    fc.property(folder, name, (root, other) => {
      for (const each of root.entries.keys()) expect(findNode(root, [each])).toBeDefined()
      expect(findNode(root, [other]) !== undefined).toBe(root.entries.has(other))
    }),
  )
})

test('no path leads anywhere but through folders', () => {
  fc.assert(
    fc.property(folder, fc.array(name, { maxLength: 6 }), (root, path) => {
      const found = findNode(root, path)
      const above = path.length === 0 ? root : findNode(root, path.slice(0, -1))
      const isBelow = above !== undefined && isFolder(above) && above.entries.has(path.at(-1) ?? '')
      expect(found !== undefined).toBe(path.length === 0 || isBelow)
    }),
  )
})

test('folders end in a slash, bytes and texts do not, unless they are told otherwise', () => {
  const inner = createFolder({ a: 'text', b: new Uint8Array(3), c: createFolder({}), d: undefined })
  expect(listFolder(inner)).toBe('a\nb\nc/')
  expect(listFolder(createFolder({ 0: inner }, (index) => `${index}=me`))).toBe('0=me')
})

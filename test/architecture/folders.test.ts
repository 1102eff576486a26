import { dirname, join, relative } from 'node:path'

import { expect, test } from 'vitest'

import { files, read } from './workspace.ts'

const home = 'packages/chain/src'

/** Who may know whom: a folder may use the folders before it only. */
const order = [...read('packages/chain/README.md').matchAll(/^\| \[`(\w+)\/`\]\(src\/\1\)/gm)].map(
  ([, name = '']) => name,
)

const sources = files.filter((file) => file.startsWith(`${home}/`) && /(?<!\.test)\.ts$/.test(file))
const folders = new Set(sources.map(folderOf).filter((folder) => folder !== '.'))

test('the README of the chain has a row for each folder, and for nothing else', () => {
  expect(order.toSorted()).toEqual([...folders].toSorted())
})

test.each([...folders])('%s uses only folders above it in the README', (folder) => {
  const above = order.slice(0, order.indexOf(folder))
  const used = sources.filter((file) => folderOf(file) === folder).flatMap(foldersUsedBy)
  // At the top stands what a node is seen as, a type.
  const others = new Set(used.filter((name) => name !== folder && name !== '.'))
  expect(above).toEqual(expect.arrayContaining([...others]))
})

/** Returns the folder below `src` that a file is in; `.` where it is in none. */
function folderOf(file: string): string {
  return relative(home, dirname(file)).split('/')[0] || '.'
}

function foldersUsedBy(file: string): readonly string[] {
  const imports = read(file).matchAll(/from '(\.[^']*)'|new URL\('(\.[^']*)'/g)
  return [...imports].map(([, module, url]) => folderOf(join(dirname(file), module ?? url ?? '')))
}

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { catalogue } from './catalogue.ts'

const contracts = join(import.meta.dirname, '..', '..')

test('what a mutant changes stands exactly once in its file, and does change', () => {
  const wrong = catalogue.filter(({ file, original, mutated }) => {
    const source = readFileSync(join(contracts, 'src', file), 'utf8')
    return source.split(original).length !== 2 || mutated === original
  })
  expect(wrong.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
})

test('the test that catches a mutant exists', () => {
  const tests = globSync('test/**/*.t.sol', { cwd: contracts })
    .map((path) => readFileSync(join(contracts, path), 'utf8'))
    .flatMap((source) => [...source.matchAll(/function (test\w+)\(/g)].map(([, name]) => name))
  const known = new Set(tests)
  const missing = catalogue.filter(({ caughtBy }) => !known.has(caughtBy))
  expect(missing.map(({ file, name, caughtBy }) => `${file}: ${name}: ${caughtBy}`)).toEqual([])
})

test('no two mutants of a file have the same name', () => {
  const names = catalogue.map(({ file, name }) => `${file}: ${name}`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

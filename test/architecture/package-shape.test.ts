import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { files, packages, read, root } from './workspace.ts'

describe.each(packages)('$folder', ({ folder, manifest }) => {
  test('has a licence', () => {
    expect(manifest.license).toBe('Apache-2.0')
  })

  test('has a README whose first line after the title says what it owns', () => {
    const [title, first] = read(`${folder}/README.md`)
      .split('\n')
      .filter((line) => line.trim() !== '')
    expect(title).toMatch(/^# \S/)
    expect(first).toMatch(/^Owns .*\S/)
  })

  test('begins its door with what the package is', () => {
    const door = manifest.exports
    if (door === undefined) return
    expect(door).toMatch(/index\.ts$/)
    expect(read(join(folder, door))).toMatch(/^\/\*\*/)
  })

  test('pins what it brings from outside', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest
    const versions = { ...dependencies, ...devDependencies, ...optionalDependencies }
    const loose = Object.entries(versions).filter(
      ([name, version]) => !(name.startsWith('@nexqloud/') ? version === '*' : /^\d/.test(version)),
    )
    expect(loose).toEqual([])
  })
})

/** What nobody reads from top to bottom: generated files, tables, and the contracts' lists of cases. */
const exempt = [
  /(^|\/)(generated|snapshots)\//,
  /^contracts\/test\//,
  /^contracts\/tool\/mutants\/mutants\.ts$/,
]

const sources = files.filter(
  (file) =>
    /\.(ts|mjs|sol|sh)$|^nexqloud$/.test(file) &&
    !exempt.some((pattern) => pattern.test(file)) &&
    existsSync(join(root, file)),
)

test('no source file has more than 300 lines', () => {
  const long = sources.filter((file) => read(file).trimEnd().split('\n').length > 300)
  expect(long).toEqual([])
})

test('every exported function and class says what it is for', () => {
  const silent = sources.filter((file) => file.endsWith('.ts')).flatMap(silentExports)
  expect(silent).toEqual([])
})

/** Returns the exports of a file that no docstring precedes. */
function silentExports(file: string): readonly string[] {
  const lines = read(file).split('\n')
  return lines.flatMap((line, index) => {
    const name = exportedName(line)
    if (name === undefined) return []
    const before = lines[index - 1]?.trim() ?? ''
    const isOverload = exportedName(before) === name
    return before.endsWith('*/') || isOverload ? [] : [`${file}: ${name}`]
  })
}

/** Returns the name of the function or class that a line exports. */
function exportedName(line: string): string | undefined {
  const declared = /^export (?:async )?(?:function\*?|(?:abstract )?class) (\w+)/.exec(line)
  const arrow = /^export const (\w+)(?::.*)? = (?:async )?\(.*=>/.exec(line)
  return declared?.[1] ?? arrow?.[1]
}

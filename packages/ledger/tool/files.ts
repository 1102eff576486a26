import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Artifacts } from '@nexqloud/contracts'
import { getAddress } from 'viem'

/** Text of each generated file by its name. */
export type GeneratedFiles = ReadonlyMap<string, string>

const folder = join(import.meta.dirname, '..', 'src', 'generated')
const header = '// Written by tool/generate.ts from the compiled contracts.'

/** Returns one file for each contract: its ABI and its address; and one that names them all. */
export function generatedFiles({ contracts, addresses }: Artifacts): GeneratedFiles {
  const names = Object.keys(contracts).toSorted()
  const files = names.map((name): [string, string] => {
    const abi = JSON.stringify(contracts[name]?.abi, null, 2)
    const address = getAddress(addresses[name] ?? '0x')
    const value = `{\n  address: '${address}',\n  abi: ${abi},\n} as const`
    return [fileOf(name), `${header}\n\nexport const ${camelCase(name)} = ${value}\n`]
  })
  const index = names.map((name) => `export { ${camelCase(name)} } from './${fileOf(name)}'`)
  return new Map([...files, ['index.ts', `${header}\n\n${index.join('\n')}\n`]])
}

/** Returns the names of files that differ, are missing, or should not be there. */
export function staleFiles(files: GeneratedFiles): readonly string[] {
  const present = existsSync(folder) ? readdirSync(folder) : []
  const surplus = present.filter((name) => !files.has(name))
  const different = [...files].filter(([name, text]) => readIfThere(join(folder, name)) !== text)
  return [...surplus, ...different.map(([name]) => name)]
}

/** Makes the folder hold these files and no others. */
export function writeFiles(files: GeneratedFiles): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** `DigitalKeys` stands in `digital-keys.ts`. */
function fileOf(name: string): string {
  return `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`
}

function camelCase(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

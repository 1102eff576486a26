import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A `package.json` of this workspace. */
export type Manifest = {
  readonly name: string
  readonly license?: string
  readonly exports?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package of this workspace: its folder from the root, and its manifest. */
export type Package = { readonly folder: string; readonly manifest: Manifest }

/** The files that are part of this repository, from the root: tracked ones, and new ones that are not ignored. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '')

/** The packages of this workspace, by folder. */
export const packages: readonly Package[] = files
  .filter((file) => /^(contracts|bench|packages\/[^/]+|apps\/[^/]+)\/package\.json$/.test(file))
  .map((file) => ({ folder: dirname(file), manifest: JSON.parse(read(file)) as Manifest }))

/** Returns what a file of the repository holds. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

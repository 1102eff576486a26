import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { contractsFolder } from '../solidity.ts'
import { MissingArtifactError, type Artifacts } from './artifacts.ts'

/** Where the release lies that the repository holds; `tool/release/main.ts` writes it. */
export const recordedReleaseFile = join(contractsFolder, 'generated', 'release.json')

/**
 * Returns the release as the repository holds it: what forge made of the contracts, read in a moment and without a
 * compiler. A test holds it equal to what forge makes today.
 *
 * @throws {@link MissingArtifactError} where the file is not there.
 */
export function readRecordedRelease(): Artifacts {
  if (!existsSync(recordedReleaseFile)) throw new MissingArtifactError('generated/release.json')
  return JSON.parse(readFileSync(recordedReleaseFile, 'utf8')) as Artifacts
}

/** Returns the text of a recorded release: one line for each contract, so that a change shows which one it is. */
export function formatRelease({ addresses, contracts, proxy }: Artifacts): string {
  const lines = Object.entries(contracts).map(
    ([name, artifact]) => `${JSON.stringify(name)}: ${JSON.stringify(artifact)}`,
  )
  return [
    '{',
    `"addresses": ${JSON.stringify(addresses)},`,
    `"proxy": ${JSON.stringify(proxy)},`,
    '"contracts": {',
    lines.join(',\n'),
    '}',
    '}',
    '',
  ].join('\n')
}

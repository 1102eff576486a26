/** Records where the contracts keep what; with `--check`, fails when that is not what is recorded. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { contractsFolder, readSources } from '../solidity.ts'
import { layoutChanges } from './changes.ts'
import { type Layout, layoutOf } from './layout.ts'

const recordPath = join(contractsFolder, 'storage-layout.json')
const present = layoutOf(readSources())

if (process.argv.includes('--check')) {
  const recorded = JSON.parse(readFileSync(recordPath, 'utf8')) as Layout
  const changes = layoutChanges(recorded, present)
  for (const change of changes) process.stderr.write(`${change}\n`)
  if (changes.length > 0) {
    process.stderr.write(
      'A network that runs would read other values after this upgrade. If none runs the recorded layout, or members ' +
        'were only added at the end: node tool/storage-layout/main.ts\n',
    )
    process.exitCode = 1
  }
} else {
  writeFileSync(recordPath, `${JSON.stringify(present, null, 2)}\n`)
}

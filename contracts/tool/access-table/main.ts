/** Writes who may call what into the contracts' README; with `--check`, fails when it says something else. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { compileSolidity, contractsFolder, readSources } from '../solidity.ts'
import { replaceTables } from './readme.ts'
import { accessOf, renderTables } from './table.ts'

const path = join(contractsFolder, 'README.md')
const recorded = readFileSync(path, 'utf8')
const tables = renderTables(accessOf(compileSolidity(readSources(), ['abi', 'devdoc'])))
const present = replaceTables(recorded, tables)

if (!process.argv.includes('--check')) {
  writeFileSync(path, present)
} else if (present !== recorded) {
  process.stderr.write(
    'contracts/README.md says something else than the contracts: node contracts/tool/access-table/main.ts\n',
  )
  process.exitCode = 1
}

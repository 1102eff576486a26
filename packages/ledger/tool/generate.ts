/** Writes what the compiled contracts say into `src/generated`; with `--check`, fails where that is not there already. */
import { buildRelease, readRelease } from '@nexqloud/contracts'

import { generatedFiles, staleFiles, writeFiles } from './files.ts'

buildRelease()
const files = generatedFiles(readRelease())

if (process.argv.includes('--check')) {
  for (const name of staleFiles(files)) {
    process.stderr.write(
      `packages/ledger/src/generated/${name} is not what the contracts say: node packages/ledger/tool/generate.ts\n`,
    )
    process.exitCode = 1
  }
} else {
  writeFiles(files)
}

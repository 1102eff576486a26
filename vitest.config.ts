import { defineConfig } from 'vitest/config'

import { createTallyReporter } from './test/reporter.ts'

/** Set by `./nexqloud test`: the file that takes the counts. */
const tallyFile = process.env['NEXQLOUD_TALLY_FILE']

export default defineConfig({
  test: {
    reporters: tallyFile ? ['default', createTallyReporter(tallyFile)] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: 'contracts/tool/build.ts',
          include: [
            '{packages,apps}/*/{src,test}/**/*.test.ts',
            'bench/**/*.test.ts',
            'contracts/tool/**/*.test.ts',
            'test/architecture/**/*.test.ts',
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

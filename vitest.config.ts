import { configDefaults, defineConfig } from 'vitest/config'

import { createTallyReporter } from './test/reporter.ts'

/** Set by `./nexqloud test`: the file that takes the counts. */
const tallyFile = process.env['NEXQLOUD_TALLY_FILE']

/** Tests that need the contracts compiled by forge. */
const ofRelease = [
  'contracts/tool/genesis/{genesis,recorded-release}.test.ts',
  'packages/ledger/test/{generated,ledger,registry}.test.ts',
  'packages/rules/test/{leases,network,year-replay}.test.ts',
]

export default defineConfig({
  test: {
    // The library leaves a core to itself: of two, half would be idle.
    maxWorkers: '100%',
    // A snapshot that is not there is a failure, not a new one: `-u` records it.
    update: 'none',
    reporters: tallyFile ? ['default', createTallyReporter(tallyFile)] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,apps}/*/{src,test}/**/*.test.ts',
            'bench/**/*.test.ts',
            'contracts/tool/**/*.test.ts',
            'test/architecture/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...ofRelease],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'release',
          globalSetup: 'contracts/tool/build.ts',
          include: ofRelease,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts', '{packages,apps}/*/system/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

import { withForge } from './forge.ts'
import { parseForgeTally, parseVitestTally } from './parse-tally.ts'
import { bringPackages, packagesOn } from './prerequisites.ts'
import { check, inOrder, tests, testsByFile, type Run, type Stage } from './stage.ts'

/** The stages of `./nexqloud test`, in the order in which they run. */
export const stages: readonly Stage[] = [
  {
    name: 'setup',
    runs: 'the programs that the system tests need',
    kind: 'check',
    run: bringPackages(packagesOn(process.platform)),
  },
  {
    name: 'types',
    runs: 'tsc',
    kind: 'check',
    run: check(['tsc']),
  },
  {
    name: 'lint',
    runs: 'oxlint, type-aware',
    kind: 'check',
    run: check(['oxlint']),
  },
  {
    name: 'format',
    runs: 'oxfmt, forge fmt',
    kind: 'check',
    run: inOrder(
      check(['oxfmt', '--check']),
      withForge('forge fmt', check(contractScript('format:check'))),
    ),
  },
  {
    name: 'unused',
    runs: 'knip',
    kind: 'check',
    run: check(['knip']),
  },
  {
    name: 'contracts',
    runs: 'forge: unit, fuzz and invariant tests, gas snapshot',
    kind: 'tests',
    run: withForge('forge test', tests(contractScript('test', '--', '--json'), parseForgeTally)),
  },
  {
    name: 'unit',
    runs: 'vitest: unit, property and architecture tests',
    kind: 'tests',
    run: vitestProject('unit'),
  },
  {
    name: 'release',
    runs: 'vitest: genesis, ledger and rules beside the compiled contracts',
    kind: 'tests',
    run: withForge('tests of the compiled contracts', vitestProject('release')),
  },
  {
    name: 'system',
    runs: 'vitest: tests of several processes',
    kind: 'tests',
    run: vitestProject('system'),
  },
]

function contractScript(script: string, ...args: string[]): [string, ...string[]] {
  return ['npm', 'run', '--silent', '--workspace', 'contracts', script, ...args]
}

function vitestProject(project: string): Run {
  return testsByFile(['vitest', 'run', '--project', project], {
    env: 'NEXQLOUD_TALLY_FILE',
    name: `${project}.json`,
    count: parseVitestTally,
  })
}

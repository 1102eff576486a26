/** Changes one rule at a time in a copy of the contracts and sees that the named test fails. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { catalogue } from './catalogue.ts'
import type { Mutant } from './mutants.ts'

const contracts = join(import.meta.dirname, '..', '..')

type Outcome = 'caught' | 'survived' | 'not applicable' | 'does not compile'

function createSandbox(): string {
  const sandbox = mkdtempSync(join(tmpdir(), 'nexqloud-mutants-'))
  for (const part of ['src', 'test', 'tool', 'foundry.toml', 'package.json']) {
    cpSync(join(contracts, part), join(sandbox, part), { recursive: true })
  }
  symlinkSync(join(contracts, 'node_modules'), join(sandbox, 'node_modules'))
  return sandbox
}

/** A test that fails before it starts, in its setup, has not caught anything. */
function runTest(sandbox: string, test: string): Outcome {
  const { FOUNDRY_OUT: _out, FOUNDRY_CACHE_PATH: _cache, ...environment } = process.env
  const run = spawnSync(
    join('node_modules', '.bin', 'forge'),
    ['test', '--offline', '--match-test', `^${test}\\(`],
    { cwd: sandbox, encoding: 'utf8', env: environment },
  )
  const results = run.stdout.split('\n').filter((line) => line.includes(`] ${test}(`))
  if (results.some((line) => line.startsWith('[FAIL'))) return 'caught'
  return results.some((line) => line.startsWith('[PASS]')) ? 'survived' : 'does not compile'
}

function tryMutant(sandbox: string, mutant: Mutant): Outcome {
  const path = join(sandbox, 'src', mutant.file)
  const source = readFileSync(path, 'utf8')
  if (source.split(mutant.original).length !== 2) return 'not applicable'
  writeFileSync(
    path,
    source.replace(mutant.original, () => mutant.mutated),
  )
  try {
    return runTest(sandbox, mutant.caughtBy)
  } finally {
    writeFileSync(path, source)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

const words = process.argv.slice(2)
const chosen = catalogue.filter(
  ({ name, file }) => words.length === 0 || words.some((word) => `${file} ${name}`.includes(word)),
)
const sandbox = createSandbox()
try {
  const outcomes = chosen.map((mutant) => {
    const outcome = tryMutant(sandbox, mutant)
    print(`${outcome.padEnd(16)} ${mutant.file}: ${mutant.name} (${mutant.caughtBy})`)
    return outcome
  })
  const caught = outcomes.filter((outcome) => outcome === 'caught').length
  print(`${caught} passed, ${outcomes.length - caught} failed`)
  if (caught < outcomes.length || outcomes.length === 0) process.exitCode = 1
} finally {
  rmSync(sandbox, { recursive: true })
}

import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { createMemoryTools } from './memory-tools.ts'
import { runStages } from './run-stages.ts'
import type { Run, Stage } from './stage.ts'
import { emptyTally, type Tally } from './tally.ts'

test('a check without failures counts as one', async () => {
  const [result] = await run([stage('types', 'check', emptyTally)])
  expect(result).toMatchObject({ state: 'passed', tally: { passed: 1 } })
})

test('tests are counted one by one', async () => {
  const [result] = await run([stage('unit', 'tests', { ...emptyTally, passed: 12 })])
  expect(result).toMatchObject({ state: 'passed', tally: { passed: 12 } })
})

test('tests that found none have failed', async () => {
  const [result] = await run([stage('unit', 'tests', emptyTally)])
  expect(result?.tally.failures).toEqual([{ name: 'unit', message: 'It found no tests.' }])
})

test('tests that were all skipped are skipped', async () => {
  const skips = [{ name: 'forge test', reason: 'There is no forge.' }]
  const [result] = await run([stage('contracts', 'tests', { ...emptyTally, skips })])
  expect(result?.state).toBe('skipped')
})

test('a failed stage does not stop the next, nor does one that breaks down', async () => {
  const failures = [{ name: 'a', message: 'b' }]
  const broken: Stage = {
    name: 'broken',
    runs: '',
    kind: 'tests',
    run: () => Promise.reject(new Error('not JSON')),
  }
  const results = await run([
    stage('lint', 'check', { ...emptyTally, failures }),
    broken,
    stage('unit', 'tests', { ...emptyTally, passed: 1 }),
  ])
  expect(results.map(({ state }) => state)).toEqual(['failed', 'failed', 'passed'])
  expect(results[1]?.tally.failures).toEqual([{ name: 'the stage itself', message: 'not JSON' }])
})

test('a signal that aborts ends the stages; the one under way is not counted', async () => {
  const stop = new AbortController()
  const stopping: Run = async () => {
    stop.abort()
    return { tally: emptyTally, output: '' }
  }
  const stages: readonly Stage[] = [
    stage('first', 'check', emptyTally),
    { name: 'second', runs: '', kind: 'check', run: stopping },
    stage('third', 'check', emptyTally),
  ]
  expect((await run(stages, stop.signal)).map((result) => result.stage.name)).toEqual(['first'])
})

test('each stage is told as it starts, and with its time as it ends', async () => {
  const told: string[] = []
  let nowMs = 0
  await runStages([stage('types', 'check', emptyTally), stage('lint', 'check', emptyTally)], {
    tools: createMemoryTools({ runProcess: createMemoryProcesses([]).run }),
    nowMs: () => (nowMs += 1500),
    onStart: ({ name }) => told.push(name),
    onEnd: ({ stage: { name }, seconds }) => told.push(`${name} ${seconds}`),
  })
  expect(told).toEqual(['types', 'types 1.5', 'lint', 'lint 1.5'])
})

function stage(name: string, kind: Stage['kind'], tally: Tally): Stage {
  return { name, runs: '', kind, run: async () => ({ tally, output: '' }) }
}

function run(stages: readonly Stage[], signal = new AbortController().signal) {
  return runStages(stages, {
    tools: createMemoryTools({ runProcess: createMemoryProcesses([]).run, signal }),
    nowMs: () => 0,
    onStart: () => {},
    onEnd: () => {},
  })
}

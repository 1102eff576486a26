import { expect, test } from 'vitest'

import { createMemoryProcesses, type ScriptedProcess } from '../memory-processes.ts'
import { BenchFailedError, runBench } from './run-bench.ts'

const sample = { cpuSeconds: 1, wallSeconds: 2, peakBytes: 3, grownBytes: 4, facts: { root: '0x' } }
const bench = {
  description: 'a against b',
  samples: 2,
  cases: { ours: () => ({}), rival: () => ({}) },
  judge: (samples: Record<string, readonly unknown[]>) =>
    Object.entries(samples).map(([what, { length }]) => ({
      what,
      unit: 'samples',
      ours: length,
      goal: { figure: 'ours' as const },
    })),
}

test('the cases take turns, each sample in a process of its own', async () => {
  const { results, commands } = await run({
    when: () => true,
    stdout: `noise\n${JSON.stringify(sample)}\n`,
  })
  const flags = '--expose-gc --heap-growing-percent=100'
  expect(commands.map((command) => command.slice(command.indexOf(' ') + 1))).toEqual([
    `${flags} child.ts sort.ts ours`,
    `${flags} child.ts sort.ts rival`,
    `${flags} child.ts sort.ts ours`,
    `${flags} child.ts sort.ts rival`,
  ])
  expect(results.map(({ what, ours }) => `${what} ${ours}`)).toEqual(['ours 2', 'rival 2'])
})

test('a process that fails is told with its output', async () => {
  const failing = run({ when: () => true, exitCode: 1, stderr: 'out of memory\n' })
  await expect(failing).rejects.toThrow(BenchFailedError)
  await expect(failing).rejects.toThrow('out of memory')
})

test('a sample of another shape is refused', async () => {
  await expect(run({ when: () => true, stdout: '{"cpuSeconds":-1}\n' })).rejects.toThrow(
    'cpuSeconds',
  )
})

async function run(process: ScriptedProcess) {
  const processes = createMemoryProcesses([process])
  const tools = {
    file: 'sort.ts',
    childFile: 'child.ts',
    nodeFlags: ['--heap-growing-percent=100'],
    runProcess: processes.run,
    signal: new AbortController().signal,
  }
  return { results: await runBench(bench, tools), commands: processes.commands }
}

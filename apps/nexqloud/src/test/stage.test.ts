import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { createMemoryTools } from './memory-tools.ts'
import { check, inOrder, tests, testsByFile } from './stage.ts'

const good = { when: ({ program }: { program: string }) => program === 'good' }
const bad = {
  when: ({ program }: { program: string }) => program === 'bad',
  exitCode: 2,
  stderr: 'no\n',
}
const one = () => ({ passed: 1, failures: [], skips: [] })

test('a check that ends with 0 has no failures', async () => {
  expect((await check(['good', '-x'])(setup())).tally.failures).toEqual([])
})

test('a check that ends otherwise has failed, and its output is kept', async () => {
  expect(await check(['bad', '-x'])(setup())).toEqual({
    tally: { passed: 0, failures: [{ name: 'bad -x', message: 'It ended with 2.' }], skips: [] },
    output: 'no\n',
  })
})

test('tests that were counted well still fail with their program', async () => {
  const { tally } = await tests(['bad'], one)(setup())
  expect(tally).toEqual({ ...one(), failures: [{ name: 'bad', message: 'It ended with 2.' }] })
})

test('a counted failure explains the exit code', async () => {
  const failures = [{ name: 'a', message: 'b' }]
  const { tally } = await tests(['bad'], () => ({ ...one(), failures }))(setup())
  expect(tally.failures).toEqual(failures)
})

test('a report on standard output is counted, not shown', async () => {
  const processes = createMemoryProcesses([{ when: () => true, stdout: '{}', stderr: 'warning' }])
  const report = await tests(['good'], one)(createMemoryTools({ runProcess: processes.run }))
  expect(report.output).toBe('warning')
})

test('tests are counted by the file that the program wrote', async () => {
  const run = testsByFile(['good'], {
    env: 'OUT',
    name: 'unit.json',
    count: (text) => ({ ...one(), passed: Number(text) }),
  })
  expect((await run(setup({ '/scratch/unit.json': '7' }))).tally.passed).toBe(7)
  expect((await run(setup())).tally.passed).toBe(0)
})

test('what follows a failure does not run', async () => {
  const processes = createMemoryProcesses([good, bad])
  const tools = createMemoryTools({ runProcess: processes.run })
  await inOrder(check(['good', '1']), check(['bad', '2']), check(['good', '3']))(tools)
  expect(processes.commands).toEqual(['good 1', 'bad 2'])
})

function setup(files: Readonly<Record<string, string>> = {}) {
  return createMemoryTools({ runProcess: createMemoryProcesses([good, bad]).run, files })
}

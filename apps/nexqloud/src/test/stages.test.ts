import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { createMemoryTools } from './memory-tools.ts'
import { stages } from './stages.ts'

test('no two stages share a name', () => {
  expect(new Set(stages.map(({ name }) => name)).size).toBe(stages.length)
})

test('every stage fails where its programs do', async () => {
  const tools = createMemoryTools({
    runProcess: createMemoryProcesses([
      { when: ({ args }) => args[1]?.endsWith('forge --version') ?? false, stdout: '1.7.1' },
      { when: () => true, exitCode: 1 },
    ]).run,
  })
  const reports = await Promise.all(stages.map(({ run }) => run(tools)))
  const names = stages.filter((_, index) => reports[index]?.tally.failures.length === 0)
  expect(names).toEqual([])
})

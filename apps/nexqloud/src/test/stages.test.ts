import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { createMemoryTools } from './memory-tools.ts'
import { stageNames } from './stage-names.ts'
import { stages } from './stages.ts'

test('help tells every stage, and no two share a name', () => {
  expect(stages.map(({ name }) => name)).toEqual(stageNames)
  expect(new Set(stageNames).size).toBe(stages.length)
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

import { expect, test } from 'vitest'

import { createMemoryProcesses, type ScriptedProcess } from '../memory-processes.ts'
import { withForge } from './forge.ts'
import { createMemoryTools } from './memory-tools.ts'
import { check } from './stage.ts'

const isVersion = ({ args }: { readonly args: readonly string[] }) =>
  args[1]?.endsWith('forge --version') ?? false

test('runs where the forge is known', async () => {
  const { report, commands } = await run({
    when: isVersion,
    stdout: 'forge Version: 1.7.1-stable\n',
  })
  expect(report.tally.skips).toEqual([])
  expect(commands.at(-1)).toBe('forge test')
})

test('skips with a reason where there is no forge', async () => {
  const { report, commands } = await run({ when: isVersion, exitCode: 127 })
  expect(commands).toHaveLength(1)
  expect(report.tally.skips).toMatchInlineSnapshot(`
    [
      {
        "name": "forge test",
        "reason": "The registry has no forge for this machine, and there is none on the PATH. Install Foundry 1.7.",
      },
    ]
  `)
})

test('fails where the forge is another one, and says which to install', async () => {
  const { report, commands } = await run({
    when: isVersion,
    stdout: 'forge Version: 1.2.3\nCommit: 4\n',
  })
  expect(commands).toHaveLength(1)
  expect(report.tally.skips).toEqual([])
  expect(report.tally.failures).toMatchInlineSnapshot(`
    [
      {
        "message": "The contracts need forge 1.7; the one on the PATH says forge Version: 1.2.3.
    Run: foundryup --install 1.7.1",
        "name": "forge test",
      },
    ]
  `)
})

async function run(version: ScriptedProcess) {
  const processes = createMemoryProcesses([version, { when: ({ program }) => program === 'forge' }])
  const tools = createMemoryTools({ runProcess: processes.run })
  const report = await withForge('forge test', check(['forge', 'test']))(tools)
  return { report, commands: processes.commands }
}

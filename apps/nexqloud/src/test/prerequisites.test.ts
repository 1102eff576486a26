import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { type RunProcess } from '../run-process.ts'
import { createMemoryTools } from './memory-tools.ts'
import { bringPackages, packagesOn } from './prerequisites.ts'

const packages = [
  { name: 'git', command: 'git', neededFor: 'fresh copies' },
  { name: 'iproute2', command: 'ip', neededFor: 'one network for each device' },
]

test('what is there is left alone', async () => {
  const { report, commands } = await run({ present: ['git', 'ip'], isSuperuser: true })
  expect(report.tally.failures).toEqual([])
  expect(commands.filter((command) => command.startsWith('apt-get'))).toEqual([])
})

test('root on Debian installs what is missing, and only that', async () => {
  const { report, commands } = await run({ present: ['git', 'apt-get'], isSuperuser: true })
  expect(report.tally.failures).toEqual([])
  expect(commands.filter((command) => command.startsWith('apt-get'))).toEqual([
    'apt-get update',
    'apt-get install -y --no-install-recommends iproute2',
  ])
})

test('anybody else on Debian is told the exact command', async () => {
  const { report, commands } = await run({ present: ['apt-get'], isSuperuser: false })
  expect(commands.filter((command) => command.startsWith('apt-get'))).toEqual([])
  expect(report.tally.failures[0]?.message).toMatchInlineSnapshot(`
    "git is missing (fresh copies).
    ip is missing (one network for each device).
    Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends git iproute2"
  `)
})

test('elsewhere the packages are named', async () => {
  const { report } = await run({ present: ['git'], isSuperuser: true })
  expect(report.tally.failures[0]?.message).toMatchInlineSnapshot(`
    "ip is missing (one network for each device).
    Install with this system's package manager: iproute2"
  `)
})

test('only Linux needs what only Linux has', () => {
  expect(packagesOn('linux').map(({ name }) => name)).toEqual(['git', 'strace', 'postgresql'])
  expect(packagesOn('darwin').map(({ name }) => name)).toEqual(['git'])
})

/** A system on which the commands `present` exist, and whose apt-get brings what it is told. */
async function run({ present, isSuperuser }: { present: readonly string[]; isSuperuser: boolean }) {
  const commands = new Set(present)
  const processes = createMemoryProcesses([
    { when: ({ args }) => commands.has(args[1]?.split(' ').at(-1) ?? '') },
    { when: ({ program }) => program === 'apt-get' },
  ])
  const runProcess: RunProcess = (command, signal) => {
    const installed = packages.filter(({ name }) => command.args.includes(name))
    if (command.program === 'apt-get') installed.forEach((found) => commands.add(found.command))
    return processes.run(command, signal)
  }
  const tools = createMemoryTools({ runProcess, isSuperuser })
  return { report: await bringPackages(packages)(tools), commands: processes.commands }
}

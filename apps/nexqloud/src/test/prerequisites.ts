import { runProgram, type Run, type StageTools } from './stage.ts'
import { emptyTally, type Failure } from './tally.ts'

/** A Debian package that a system test needs. */
export type DebianPackage = {
  readonly name: string
  /** The command by which its presence is seen. */
  readonly command: string
  readonly neededFor: string
}

const git = {
  name: 'git',
  command: 'git',
  neededFor: 'set-up tests: fresh copies of the repository',
}

/** Only Linux has it; elsewhere the tests that need it are skipped. */
const strace = {
  name: 'strace',
  command: 'strace',
  neededFor: 'power cuts: what was synced to the disk',
}

/** Debian keeps the server's programs where no shell looks for them; elsewhere the tests that need them are skipped. */
const postgresql = {
  name: 'postgresql',
  command: '/usr/lib/postgresql/*/bin/postgres',
  neededFor: 'the record in PostgreSQL',
}

/** Returns what the system tests need beyond Node. */
export function packagesOn(platform: NodeJS.Platform): readonly DebianPackage[] {
  return platform === 'linux' ? [git, strace, postgresql] : [git]
}

/**
 * Returns a run that looks for `packages`, installs what is missing where it may (root on Debian or Ubuntu), and
 * otherwise fails with the exact command to type.
 */
export function bringPackages(packages: readonly DebianPackage[]): Run {
  return async (tools) => {
    const missing = await findMissing(packages, tools)
    if (missing.length === 0) return { tally: emptyTally, output: '' }
    const hasApt = await succeeds(tools, 'command -v apt-get')
    const output = hasApt && tools.isSuperuser ? await install(missing, tools) : ''
    const stillMissing = await findMissing(missing, tools)
    if (stillMissing.length === 0) return { tally: emptyTally, output }
    return { tally: { ...emptyTally, failures: [explain(stillMissing, hasApt)] }, output }
  }
}

async function findMissing(
  packages: readonly DebianPackage[],
  tools: StageTools,
): Promise<DebianPackage[]> {
  const missing: DebianPackage[] = []
  for (const wanted of packages) {
    if (!(await succeeds(tools, `command -v ${wanted.command}`))) missing.push(wanted)
  }
  return missing
}

async function succeeds(tools: StageTools, script: string): Promise<boolean> {
  return (await runProgram(tools, ['sh', '-c', script])).exitCode === 0
}

async function install(packages: readonly DebianPackage[], tools: StageTools): Promise<string> {
  const names = packages.map(({ name }) => name)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const updated = await runProgram(tools, ['apt-get', 'update'], env)
  const installed = await runProgram(
    tools,
    ['apt-get', 'install', '-y', '--no-install-recommends', ...names],
    env,
  )
  return updated.output + installed.output
}

function explain(missing: readonly DebianPackage[], hasApt: boolean): Failure {
  const names = missing.map(({ name }) => name).join(' ')
  const reasons = missing.map(({ command, neededFor }) => `${command} is missing (${neededFor}).`)
  const remedy = hasApt
    ? `Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`
    : `Install with this system's package manager: ${names}`
  return { name: 'setup', message: [...reasons, remedy].join('\n') }
}

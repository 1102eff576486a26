import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { copyRepository, linkPrograms, makeFolder, start, type End } from './fresh-copy.ts'

/** The version that the command line prints when it runs. */
const version = '0.1.0\n'

/** What the script uses before it needs npm. */
const unixPrograms = ['sh', 'cat', 'cksum', 'dirname', 'readlink', 'rm', 'sed', 'tail', 'uname']

describe('in a fresh copy', () => {
  const folder = copyRepository()
  const script = join(folder, 'nexqloud')
  let both: readonly End[]

  beforeAll(async () => {
    both = await Promise.all([start(script).ended, start(script).ended])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('two starts at once set up once, and both run', () => {
    expect(both.map(({ exitCode, stdout }) => ({ exitCode, stdout }))).toEqual([
      { exitCode: 0, stdout: version },
      { exitCode: 0, stdout: version },
    ])
    const said = both.map(({ stderr }) => stderr)
    expect(
      said.filter((stderr) => stderr.includes('is setting up this folder; waiting')),
    ).toHaveLength(1)
    expect(said.filter((stderr) => stderr.includes('Bringing the packages'))).toHaveLength(1)
  })

  test('nothing but the tools and the packages is left', () => {
    expect(leftovers(folder)).toEqual(['.tool'])
  })

  test('the next start says nothing of set-up', async () => {
    expect(await start(script).ended).toEqual({ exitCode: 0, stdout: version, stderr: '' })
  })

  test('a start through symbolic links finds its folder', async () => {
    const elsewhere = makeFolder()
    symlinkSync(script, join(elsewhere, 'absolute'))
    symlinkSync('absolute', join(elsewhere, 'relative'))
    const { stdout } = await start('./relative', { cwd: elsewhere }).ended
    expect(stdout).toBe(version)
    rmSync(elsewhere, { recursive: true })
  })

  test('wrong usage ends with 2, a failed stage with 1, a passed one with 0', async () => {
    expect((await start(script, { args: ['tset'] }).ended).exitCode).toBe(2)
    writeFileSync(
      join(folder, 'packages/kernel/src/wrong.ts'),
      'export const wrong: number = "text"\n',
    )
    const failed = await start(script, { args: ['test', 'types'] }).ended
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toContain('wrong.ts(1,14)')
    expect(failed.stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped')
    rmSync(join(folder, 'packages/kernel/src/wrong.ts'))
    const passed = await start(script, { args: ['test', 'types'] }).ended
    expect(passed.stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed, 0 skipped')
    expect(passed.exitCode).toBe(0)
  })

  test('a set-up that is stopped says so, and leaves no lock behind', async () => {
    makeStale(folder)
    const stopped = start(script)
    await stopped.said('Bringing the packages')
    stopped.kill('SIGTERM')
    const { exitCode, stderr } = await stopped.ended
    expect(exitCode).toBe(143)
    expect(stderr).toContain('Stopped; the next start sets up again.')
    expect(leftovers(folder)).toEqual(['.tool'])
  })

  test('packages that an npm install has changed are brought again', async () => {
    rmSync(join(folder, 'node_modules/.store'), { recursive: true })
    appendFileSync(join(folder, 'node_modules/.package-lock.json'), '\n')
    const next = await start(script).ended
    expect(next).toMatchObject({ exitCode: 0, stdout: version })
    expect(next.stderr).toContain('Bringing the packages')
  })

  test('a set-up that was killed is done again', async () => {
    makeStale(folder)
    const killed = start(script)
    await killed.said('Bringing the packages')
    killed.kill('SIGKILL')
    expect((await killed.ended).exitCode).toBeNull()
    const next = await start(script).ended
    expect(next).toMatchObject({ exitCode: 0, stdout: version })
    expect(next.stderr).toContain('Bringing the packages')
    expect(leftovers(folder)).toEqual(['.tool'])
  })

  test('a set-up that was killed while it broke a lock is done again, once', async () => {
    makeStale(folder)
    const { pid } = spawnSync('true')
    for (const name of ['.tool.lock', '.tool.lock.break', '.tool.lock.break.break']) {
      symlinkSync(String(pid), join(folder, name))
    }
    const ends = await Promise.all([1, 2, 3, 4].map(() => start(script).ended))
    expect(ends.map(({ exitCode, stdout }) => ({ exitCode, stdout }))).toEqual(
      ends.map(() => ({ exitCode: 0, stdout: version })),
    )
    const setUps = ends.filter(({ stderr }) => stderr.includes('Bringing the packages'))
    expect(setUps).toHaveLength(1)
    expect(leftovers(folder)).toEqual(['.tool'])
  })
})

test('a package that is not the one of the lock file is refused', async () => {
  const folder = copyRepository()
  const lockFile = join(folder, 'package-lock.json')
  const tampered = readFileSync(lockFile, 'utf8').replaceAll(/"sha512-..../g, '"sha512-AAAA')
  writeFileSync(lockFile, tampered)
  const { exitCode, stdout, stderr } = await start(join(folder, 'nexqloud')).ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('EINTEGRITY')
  expect(stderr).toContain('a file that is not the one of the lock file')
  expect(leftovers(folder)).toEqual(['.tool'])
  rmSync(folder, { recursive: true })
})

test('a registry that does not answer is named, with the step and what to do', async () => {
  const folder = copyRepository()
  const env = {
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_cache: join(folder, '.tool.cache'),
    npm_config_fetch_retries: '0',
  }
  const { exitCode, stdout, stderr } = await start(join(folder, 'nexqloud'), { env }).ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('Could not bring Node and npm into .tool/')
  expect(stderr).toContain('npm error code ECONNREFUSED')
  expect(stderr).toContain('The registry http://127.0.0.1:9 was not reached.')
  expect(leftovers(folder)).toEqual(['.tool.cache'])
  rmSync(folder, { recursive: true })
})

describe('on a machine', () => {
  test('without npm, the script says how to install it', async () => {
    const { exitCode, stderr } = await startOn(linkPrograms(unixPrograms))
    expect(exitCode).toBe(1)
    expect(stderr).toMatchInlineSnapshot(`
      "nexqloud: npm is missing; it brings the Node this project runs on.
      nexqloud: Install it (Debian, Ubuntu: apt-get install npm; macOS: brew install node), then repeat the command.
      "
    `)
  })

  test('with Windows, the script says to use WSL 2', async () => {
    const { exitCode, stderr } = await startOn(pretend('MINGW64_NT-10.0-26100 x86_64'))
    expect(exitCode).toBe(1)
    expect(stderr).toMatchInlineSnapshot(`
      "nexqloud: NexQloud does not run on Windows itself.
      nexqloud: Install WSL 2 (wsl --install), clone the repository inside it, and repeat the command there.
      "
    `)
  })

  test('of an unknown kind, the script names it', async () => {
    const { exitCode, stderr } = await startOn(pretend('Linux riscv64'))
    expect(exitCode).toBe(1)
    expect(stderr).toMatchInlineSnapshot(`
      "nexqloud: NexQloud does not know this kind of machine: Linux riscv64.
      nexqloud: It runs on Linux and macOS, on x86_64 and arm64.
      "
    `)
  })

  /** Starts a fresh copy where only the programs in `path` exist. */
  async function startOn(path: string): Promise<End> {
    const folder = copyRepository()
    const end = await start(join(folder, 'nexqloud'), { env: { PATH: path } }).ended
    rmSync(folder, { recursive: true })
    rmSync(path, { recursive: true })
    return end
  }

  /** Returns a `PATH` whose `uname` names another machine. */
  function pretend(machine: string): string {
    const path = linkPrograms(unixPrograms)
    rmSync(join(path, 'uname'))
    writeFileSync(join(path, 'uname'), `#!/bin/sh\necho '${machine}'\n`)
    chmodSync(join(path, 'uname'), 0o755)
    return path
  }
})

/** Makes the packages look as if the lock file had changed since. */
function makeStale(folder: string): void {
  rmSync(join(folder, 'node_modules/.nexqloud-stamp'), { force: true })
}

/** What lies beside the repository's own files, `node_modules` left out. */
function leftovers(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.tool'))
}

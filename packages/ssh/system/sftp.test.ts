import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import type { SFTPWrapper } from 'ssh2'
import { beforeEach, describe, expect, test } from 'vitest'

import { createLocalShell } from '../test/local-shell.ts'
import { openScene } from '../test/scene.ts'
import { createOpenSsh, openFolder, type OpenSsh } from './openssh.ts'

const shells = [
  { name: 'busybox', sh: ['/bin/busybox', 'sh'] },
  { name: 'dash', sh: ['/bin/dash'] },
  { name: 'bash', sh: ['/bin/bash', '--posix'] },
].filter(({ sh }) => existsSync(sh[0] ?? ''))

/** Names that a shell, a list or a protocol could stumble over. */
const oddNames = [
  "it's",
  'two words',
  '-rf',
  '$HOME',
  '*',
  'a\nb',
  'ünïcode',
  '.hidden',
  '"',
  '\\',
  ' ',
]

describe.each(shells)('with the programs of $name', ({ name, sh }) => {
  let home: string
  let here: string
  let ssh: OpenSsh
  let scene: Awaited<ReturnType<typeof openScene>>
  beforeEach(async () => {
    home = openFolder()
    here = openFolder()
    scene = await openScene({ shell: createLocalShell({ sh, home, env: pathOf(name) }) })
    ssh = createOpenSsh(scene.key, { host: '127.0.0.1', port: scene.port })
  })

  test('scp and sftp carry files both ways, whatever they hold', async () => {
    const bytes = randomBytes(5_000_000)
    writeFileSync(join(here, 'big'), bytes, { mode: 0o750 })
    expect(await ssh.run('scp', [join(here, 'big'), 'HOST:copied'])).toMatchObject({ code: 0 })
    expect(readFileSync(join(home, 'copied')).equals(bytes)).toBe(true)
    expect(statSync(join(home, 'copied')).mode & 0o777).toBe(0o750)
    expect(await ssh.run('scp', ['-p', 'HOST:copied', join(here, 'back')])).toMatchObject({
      code: 0,
    })
    expect(readFileSync(join(here, 'back')).equals(bytes)).toBe(true)
    const got = await ssh.run('sftp', ['-b', '-', 'HOST'], `get copied ${join(here, 'third')}\n`)
    expect(got).toMatchObject({ code: 0 })
    expect(readFileSync(join(here, 'third')).equals(bytes)).toBe(true)
  })

  test('folders are copied with all in them, and their times', async () => {
    mkdirSync(join(here, 'tree/deep'), { recursive: true })
    for (const odd of oddNames) writeFileSync(join(here, 'tree/deep', odd), odd)
    writeFileSync(join(here, 'tree/empty'), '')
    const before = statSync(join(here, 'tree/empty')).mtime
    expect(await ssh.run('scp', ['-rp', join(here, 'tree'), 'HOST:'])).toMatchObject({ code: 0 })
    expect(readdirSync(join(home, 'tree/deep')).toSorted()).toEqual(oddNames.toSorted())
    const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
    expect(seconds(statSync(join(home, 'tree/empty')).mtime)).toBe(seconds(before))
    expect(await ssh.run('scp', ['-r', 'HOST:tree', join(here, 'back')])).toMatchObject({ code: 0 })
    for (const odd of oddNames) {
      expect(readFileSync(join(here, 'back/deep', odd), 'utf8')).toBe(odd)
    }
  })

  test('sftp makes, lists, renames, links and removes', async () => {
    const script = [
      'mkdir made',
      'cd made',
      `put ${import.meta.filename} one`,
      'rename one two',
      'chmod 600 two',
      'symlink two three',
      'ln two four',
      'ls -la',
      'rm four',
      'mkdir gone',
      'rmdir gone',
      'pwd',
    ]
    const { code, stdout, stderr } = await ssh.run('sftp', ['-b', '-', 'HOST'], script.join('\n'))
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/-rw------- .* two\n/)
    expect(stdout).toContain(`Remote working directory: ${home}/made`)
    expect(readdirSync(join(home, 'made')).toSorted()).toEqual(['three', 'two'])
    expect(readlinkSync(join(home, 'made/three'))).toBe('two')
    expect(lstatSync(join(home, 'made/two')).mode & 0o777).toBe(0o600)
  })

  test('what does not work is told as what it is', async () => {
    mkdirSync(join(home, 'folder'))
    writeFileSync(join(home, 'file'), 'x')
    symlinkSync('nowhere', join(home, 'dangling'))
    const sftp = await openSftp()
    expect(await statusOf((done) => sftp.stat('none', done))).toBe(2)
    expect(await statusOf((done) => sftp.stat('dangling', done))).toBe(2)
    expect(await statusOf((done) => sftp.open('none', 'r', done))).toBe(2)
    expect(await statusOf((done) => sftp.open('file', 'wx', done))).toBe(4)
    expect(await statusOf((done) => sftp.open('folder', 'r', done))).toBe(4)
    expect(await statusOf((done) => sftp.readdir('none', done))).toBe(2)
    expect(await statusOf((done) => sftp.unlink('folder', done))).toBe(4)
    expect(await statusOf((done) => sftp.rename('file', 'folder', done))).toBe(4)
    expect(await statusOf((done) => sftp.mkdir('folder', done))).toBe(4)
    expect(readFileSync(join(home, 'file'), 'utf8')).toBe('x')
  })

  test('pieces are read and written anywhere, in any order', async () => {
    const sftp = await openSftp()
    const promise = <T>(
      action: (done: (failure: Error | undefined | null, value: T) => void) => void,
    ) =>
      new Promise<T>((resolve, reject) =>
        action((failure, value) => (failure ? reject(failure) : resolve(value))),
      )
    const handle = await promise<Buffer>((done) => sftp.open('file', 'w+', done))
    const write = (at: number, text: string) =>
      promise<void>((done) => sftp.write(handle, Buffer.from(text), 0, text.length, at, done))
    await Promise.all([write(0, 'hello '), write(6, 'world'), write(0, 'J'), write(20, '!')])
    await promise<void>((done) => sftp.close(handle, done))
    expect(readFileSync(join(home, 'file'), 'latin1')).toBe(`Jello world${'\0'.repeat(9)}!`)
    const reading = await promise<Buffer>((done) => sftp.open('file', 'r', done))
    const read = async (at: number, length: number): Promise<string> => {
      const bytes = Buffer.alloc(length)
      const count = await promise<number>((done) => sftp.read(reading, bytes, 0, length, at, done))
      return bytes.toString('latin1', 0, count)
    }
    expect(await Promise.all([read(6, 5), read(0, 5), read(1, 4), read(20, 50)])).toEqual([
      'world',
      'Jello',
      'ello',
      '!',
    ])
  })

  test('a folder of a thousand files is listed', async () => {
    for (let index = 0; index < 1000; index += 1) writeFileSync(join(home, `file-${index}`), '')
    const { stdout } = await ssh.run('sftp', ['-b', '-', 'HOST'], 'ls -1')
    expect(stdout.split('\n').filter((line) => line.startsWith('file-'))).toHaveLength(1000)
  })

  async function openSftp(): Promise<SFTPWrapper> {
    const client = await scene.login()
    return new Promise((resolve, reject) => {
      client.sftp((failure, sftp) => (failure === undefined ? resolve(sftp) : reject(failure)))
    })
  }
})

/** Returns the status that a request fails with. */
function statusOf(
  action: (done: (failure?: Error | null) => void) => void,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    action((failure) => resolve((failure as { readonly code?: number } | undefined)?.code))
  })
}

/** Busybox's shell finds its programs by their names alone. */
function pathOf(name: string): Readonly<Record<string, string>> {
  if (name !== 'busybox') return {}
  const folder = openFolder()
  execFileSync('/bin/busybox', ['--install', '-s', folder])
  return { PATH: folder }
}

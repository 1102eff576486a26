import { once } from 'node:events'

import type { SFTPWrapper } from 'ssh2'
import { expect, test, vi } from 'vitest'

import { openScene, type Scene } from '../../test/scene.ts'
import { createTalkingShell } from '../../test/talking-shell.ts'
import type { SshLimits } from '../limits.ts'

/** Returns what a container says of a folder. */
function list(entries: number, nameLength = 1): string {
  const name = 'x'.repeat(nameLength)
  return ['41ed 1 0 0 1 2 ./\n', ...Array(entries).fill(`81a4 5 0 0 1 2 ./${name}/\n`)].join('')
}

const folders: Readonly<Record<string, string>> = {
  '/small': list(3),
  '/large': list(4000, 200),
  '/most': list(19_999),
  '/many': list(20_000),
  '/long': list(5300, 200),
  '/endless': list(180_000, 200),
}

test('of a folder, so many entries and bytes are listed, and others are told why not', async () => {
  const { openSftp } = await open()
  const { sftp } = await openSftp()
  expect(await readAll(sftp, '/small')).toBe(3)
  expect(await readAll(sftp, '/most')).toBe(19_999)
  await expect(openFolder(sftp, '/many')).rejects.toThrow(
    'The folder has 20001 entries: no more than 20000 are listed.',
  )
  await expect(openFolder(sftp, '/long')).rejects.toThrow(
    "The container's answer is longer than 1048576 bytes.",
  )
  expect(await readAll(sftp, '/small')).toBe(3)
})

test('so many files and folders are open at a time', async () => {
  const { scene, openSftp } = await open()
  const { sftp } = await openSftp()
  const handles: Buffer[] = []
  for (let index = 0; index < 64; index += 1) handles.push(await openFolder(sftp, '/small'))
  await expect(openFolder(sftp, '/small')).rejects.toThrow('64 files are open: close some.')
  expect(scene.hall.counts().heldBytes).toBe(64 * 2 * Buffer.byteLength(list(3)))
  for (const handle of handles) await close(sftp, handle)
  expect(scene.hall.counts().heldBytes).toBe(0)
  await openFolder(sftp, '/small')
})

test('an open file counts with what may wait in its streams', async () => {
  const { scene, openSftp } = await open()
  const { sftp } = await openSftp()
  const all: Buffer[] = []
  for (let index = 0; index < 64; index += 1) all.push(await openFile(sftp, `/file-${index}`))
  expect(scene.hall.counts().heldBytes).toBe(64 * 131_072)
  for (const handle of all) await close(sftp, handle)
  expect(scene.hall.counts().heldBytes).toBe(0)
})

test('a session that would hold more than it may ends, and what it held is free', async () => {
  const { scene, openSftp } = await open({ heldBytesPerSession: 4 << 20 })
  const [one, other] = [await openSftp(), await openSftp()]
  const ended = once(one.sftp, 'close')
  const kept = await openFolder(other.sftp, '/small')
  await openFolder(one.sftp, '/large')
  await openFolder(one.sftp, '/large')
  await expect(openFolder(one.sftp, '/large')).rejects.toThrow('No response from server')
  await ended
  expect(scene.hall.counts().heldBytes).toBe(2 * Buffer.byteLength(list(3)))
  await close(other.sftp, kept)
})

test('all sessions hold no more than they may together', async () => {
  const { scene, openSftp } = await open({ heldBytes: 6 << 20 })
  const [one, other] = [await openSftp(), await openSftp()]
  await openFolder(one.sftp, '/large')
  await expect(openFolder(other.sftp, '/large')).rejects.toThrow('No response from server')
  await vi.waitFor(() =>
    expect(scene.hall.counts().heldBytes).toBe(2 * Buffer.byteLength(list(4000, 200))),
  )
})

test('a container that does not stop to answer is not listened to any more', async () => {
  const { scene, openSftp } = await open()
  const { sftp } = await openSftp()
  await expect(openFolder(sftp, '/endless')).rejects.toThrow('No response from server')
  expect(scene.hall.counts().heldBytes).toBe(0)
})

test('who is cut off holds nothing any more', async () => {
  const { scene, openSftp } = await open()
  const { sftp, cutOff } = await openSftp()
  await openFolder(sftp, '/large')
  expect(scene.hall.counts().heldBytes).toBeGreaterThan(1 << 20)
  cutOff()
  await vi.waitFor(() => expect(scene.hall.counts()).toMatchObject({ inside: 0, heldBytes: 0 }))
})

async function open(limits: Partial<SshLimits> = {}) {
  const scene: Scene = await openScene({
    limits,
    shell: createTalkingShell((script) => {
      const [, folder = ''] = /\[ ! -e '(.*?)' \]/.exec(script) ?? []
      return folders[folder] ?? '/'
    }),
  })
  const openSftp = async () => {
    const client = await scene.login()
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((failure, opened) => (failure === undefined ? resolve(opened) : reject(failure))),
    )
    return { sftp, cutOff: () => void client.destroy() }
  }
  return { scene, openSftp }
}

const openFolder = (sftp: SFTPWrapper, path: string) =>
  new Promise<Buffer>((resolve, reject) =>
    sftp.opendir(path, (failure, handle) => (failure ? reject(failure) : resolve(handle))),
  )

const openFile = (sftp: SFTPWrapper, path: string) =>
  new Promise<Buffer>((resolve, reject) =>
    sftp.open(path, 'r', (failure, handle) => (failure ? reject(failure) : resolve(handle))),
  )

const close = (sftp: SFTPWrapper, handle: Buffer) =>
  new Promise<void>((resolve, reject) =>
    sftp.close(handle, (failure) => (failure ? reject(failure) : resolve())),
  )

/** Returns how many entries a folder has, and closes it. */
async function readAll(sftp: SFTPWrapper, path: string): Promise<number> {
  const handle = await openFolder(sftp, path)
  const more = () =>
    new Promise<number>((resolve) =>
      sftp.readdir(handle, (failure, entries) => resolve(failure ? 0 : entries.length)),
    )
  let all = 0
  for (let some = await more(); some > 0; some = await more()) all += some
  await close(sftp, handle)
  return all
}

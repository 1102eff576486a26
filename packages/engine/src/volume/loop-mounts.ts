import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import { VolumeFailedError } from './errors.ts'
import { runProgram } from './run-program.ts'

/** A file of ours that is mounted. */
export type LoopMount = {
  readonly file: string
  readonly target: string
}

/** How tenants' file systems are mounted: no powers and no devices come out of them, freed blocks are free for all, and what is damaged is read only. */
const OPTIONS = 'loop,nosuid,nodev,discard,errors=remount-ro'

/** Returns what is mounted below a folder. */
export async function listMounts(folder: string): Promise<readonly LoopMount[]> {
  const found: LoopMount[] = []
  for (const { target, source } of await readMounts()) {
    if (!target.startsWith(`${folder}/`)) continue
    const file = await readBackingFile(source.replace('/dev/', ''))
    if (file !== undefined) found.push({ file, target })
  }
  return found
}

/** Mounts the ext4 in a file; it is in the kernel's hands then, whatever becomes of this process. */
export async function mountFile(file: string, target: string): Promise<void> {
  await runProgram('mount', '-t', 'ext4', '-o', OPTIONS, file, target)
}

/** Returns whether it could be: not while somebody uses it. */
export async function unmount(target: string): Promise<boolean> {
  try {
    await runProgram('umount', target)
    return true
  } catch (failure) {
    if (failure instanceof VolumeFailedError && failure.message.includes('busy')) return false
    throw failure
  }
}

/** Whether something is mounted at a folder. */
export async function isMounted(folder: string): Promise<boolean> {
  return (await readMounts()).some(({ target }) => target === folder)
}

/** Has what is mounted in a folder from now on appear wherever the folder is seen, and nothing of that here. */
export async function shareFolder(folder: string): Promise<void> {
  const own = (await readMounts()).findLast(({ target }) => target === folder)
  if (own?.isShared === true) return
  if (own === undefined) await runProgram('mount', '--bind', folder, folder)
  await runProgram('mount', '--make-private', folder)
  await runProgram('mount', '--make-shared', folder)
}

/** Holds all writes back while `act` reads what is on the disk. */
export async function freeze<Result>(target: string, act: () => Promise<Result>): Promise<Result> {
  await runProgram('fsfreeze', '--freeze', target)
  try {
    return await act()
  } finally {
    await runProgram('fsfreeze', '--unfreeze', target)
  }
}

/** Lets writes go on that somebody held back who is no more. */
export async function thaw(target: string): Promise<void> {
  try {
    await runProgram('fsfreeze', '--unfreeze', target)
  } catch (failure) {
    // The kernel's word for one that was not frozen.
    const wasFree =
      failure instanceof VolumeFailedError && failure.message.includes('Invalid argument')
    if (!wasFree) throw failure
  }
}

/** Lets go of the loop devices of files in a folder which nobody mounted. */
export async function freeLoops(folder: string): Promise<void> {
  const mounted = new Set((await readMounts()).map(({ source }) => source))
  for (const name of await readdir('/sys/block')) {
    if (!name.startsWith('loop') || mounted.has(`/dev/${name}`)) continue
    const file = await readBackingFile(name)
    if (file?.startsWith(`${folder}/`)) await runProgram('losetup', '--detach', `/dev/${name}`)
  }
}

type Mount = { readonly target: string; readonly source: string; readonly isShared: boolean }

/** Source: proc_pid_mountinfo(5). */
async function readMounts(): Promise<readonly Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8')
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , , target, , ...optional] = before.split(' ')
    const [, source] = after.split(' ')
    if (target === undefined || source === undefined) return []
    const isShared = optional.some((each) => each.startsWith('shared:'))
    return [{ target: unescape(target), source: unescape(source), isShared }]
  })
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  )
}

/** Returns the file that a loop device shows; nothing of one that shows none. */
async function readBackingFile(device: string): Promise<string | undefined> {
  try {
    const path = join('/sys/block', device, 'loop/backing_file')
    return (await readFile(path, 'utf8')).trim().replace(/ \(deleted\)$/, '')
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code !== 'EACCES') return undefined
    throw failure
  }
}

/** Returns why this machine cannot mount files; nothing where it can. */
export async function findMountObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Volumes are mounted on Linux only.'
  if (process.getuid?.() !== 0) return 'Only root mounts volumes.'
  try {
    for (const program of ['mkfs.ext4', 'resize2fs', 'losetup', 'fsfreeze', 'sha256sum']) {
      await runProgram('sh', '-c', `command -v ${program}`)
    }
    await runProgram('unshare', '--mount', 'true')
    await runProgram('losetup', '--find')
    await readlink('/proc/self/ns/mnt')
    return undefined
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure)
  }
}

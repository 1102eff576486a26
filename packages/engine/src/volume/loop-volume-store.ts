import { mkdir, readdir, realpath, rmdir, statfs } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'

import {
  SnapshotDamagedError,
  VolumeBusyError,
  VolumeFailedError,
  VolumeNoRoomError,
  VolumeNotFoundError,
} from './errors.ts'
import {
  freeLoops,
  freeze,
  isMounted,
  listMounts,
  mountFile,
  shareFolder,
  thaw,
  unmount,
  type LoopMount,
} from './loop-mounts.ts'
import {
  copyFile,
  digestOf,
  finishFiles,
  growFileSystem,
  makeFile,
  makeFileSystem,
  measureFile,
  wipeFile,
} from './volume-files.ts'
import {
  assertName,
  assertPlace,
  type StoredSnapshot,
  type StoredVolumes,
  type VolumePlace,
  type VolumeStore,
} from './volume-store.ts'

/** Where volumes are, and how much they may take. */
export type LoopVolumeOptions = {
  /** Ours alone, on the disk that volumes are to be on. */
  readonly folder: string
  /** How much of the disk is free for volumes; all that is free where it is left out. */
  readonly freeBytes?: () => Promise<number>
}

/**
 * Opens the volumes in a folder: each is a sparse file with an ext4, mounted by a loop device in the folder of its pod. What is on the disk and in the
 * kernel is all that is known of them, so that whoever dies at any moment leaves nothing that this does not mend.
 *
 * @throws {@link VolumeFailedError}
 */
export async function openLoopVolumes(options: LoopVolumeOptions): Promise<VolumeStore> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const folder = await realpath(options.folder)
  const store = new LoopVolumeStore({ ...options, folder })
  await store.mend()
  return store
}

/**
 * Lets go of a folder: nothing of it is mounted any more, and volumes and snapshots stay on the disk. What a process has files of stays mounted. Does nothing where
 * there is no such folder.
 */
export async function unmountLoopVolumes(folder: string): Promise<void> {
  const pods = await ifThere(() => realpath(join(folder, 'pods')))
  if (pods === undefined) return
  let isLeft = false
  for (const { target } of await listMounts(pods)) isLeft = !(await unmount(target)) || isLeft
  if (!isLeft && (await isMounted(pods))) await unmount(pods)
}

/** Lets go of a folder and overwrites all that is in it. */
export async function wipeLoopVolumes(folder: string): Promise<void> {
  await unmountLoopVolumes(folder)
  for (const kind of ['volumes', 'snapshots']) {
    const names = await namesIn(join(folder, kind))
    for (const name of names) await wipeFile(join(folder, kind), name)
  }
}

const END = '.ext4'

class LoopVolumeStore implements VolumeStore {
  readonly #volumes: string
  readonly #snapshots: string
  readonly #pods: string
  readonly #freeBytes: () => Promise<number>

  constructor({ folder, freeBytes }: LoopVolumeOptions) {
    this.#volumes = join(folder, 'volumes')
    this.#snapshots = join(folder, 'snapshots')
    this.#pods = join(folder, 'pods')
    this.#freeBytes = freeBytes ?? (() => readFreeBytes(folder))
  }

  async mend(): Promise<void> {
    for (const folder of [this.#volumes, this.#snapshots]) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
    }
    // Docker and containers have to see through it.
    await mkdir(this.#pods, { recursive: true, mode: 0o755 })
    await shareFolder(this.#pods)
    for (const { target } of await listMounts(this.#pods)) await thaw(target)
    await freeLoops(this.#volumes)
    await finishFiles(this.#volumes)
    await finishFiles(this.#snapshots)
  }

  async list(): Promise<StoredVolumes> {
    const mounts = await listMounts(this.#pods)
    const volumes = (await namesIn(this.#volumes)).map(async (name) => {
      const path = join(this.#volumes, name)
      const mount = mounts.find(({ file }) => file === path)
      const { sizeBytes } = await measureFile(path)
      const id = basename(name, END)
      return { id, sizeBytes, ...(mount !== undefined && { place: this.#placeOf(mount) }) }
    })
    return { volumes: await Promise.all(volumes), snapshots: await this.#listSnapshots() }
  }

  async promisedBytes(): Promise<number> {
    let promised = 0
    for (const name of await namesIn(this.#volumes)) {
      const { sizeBytes, heldBytes } = await measureFile(join(this.#volumes, name))
      promised += Math.max(0, sizeBytes - heldBytes)
    }
    return promised
  }

  async create({ id, sizeBytes, snapshot }: Parameters<VolumeStore['create']>[0]): Promise<void> {
    assertName('volume', id)
    if ((await this.#find(id)) !== undefined) return
    const from = snapshot === undefined ? undefined : await this.#getSnapshot(snapshot)
    await this.#assertRoom(id, Math.max(sizeBytes, from?.sizeBytes ?? 0))
    await makeFile(
      this.#volumes,
      async (path) => {
        if (from === undefined) await makeFileSystem(path, sizeBytes)
        else await this.#restore(from, { path, sizeBytes })
        return `${id}${END}`
      },
      id,
    )
  }

  async remove(id: string): Promise<void> {
    assertName('volume', id)
    const found = await this.#find(id)
    if (found === undefined) return
    if (found.mount !== undefined) throw new VolumeBusyError(id, 'is attached')
    await wipeFile(this.#volumes, `${id}${END}`)
  }

  async attach(id: string, place: VolumePlace): Promise<void> {
    assertName('volume', id)
    assertPlace(place)
    const found = await this.#get(id)
    const target = join(await this.openFolder(place.pod), place.at)
    if (found.mount?.target === target) return
    if (found.mount !== undefined) throw new VolumeBusyError(id, 'is attached elsewhere')
    if ((await listMounts(this.#pods)).some((mount) => mount.target === target)) {
      throw new VolumeBusyError(id, `cannot be attached: another one is at ${place.at}`)
    }
    await mkdir(target, { recursive: true, mode: 0o755 })
    await mountFile(found.path, target)
  }

  async detach(id: string): Promise<void> {
    assertName('volume', id)
    const found = await this.#find(id)
    if (found?.mount === undefined) return
    if (!(await unmount(found.mount.target))) throw new VolumeBusyError(id, 'is in use')
    await rmdir(found.mount.target)
  }

  async snapshot({ id, volume }: Parameters<VolumeStore['snapshot']>[0]): Promise<StoredSnapshot> {
    assertName('snapshot', id)
    assertName('volume', volume)
    const known = (await this.#listSnapshots()).find((each) => each.id === id)
    if (known !== undefined) return known
    const { path, mount } = await this.#get(volume)
    const { sizeBytes, heldBytes } = await measureFile(path)
    await this.#assertRoom(id, heldBytes)
    let digest = ''
    await makeFile(
      this.#snapshots,
      async (to) => {
        const copy = (): Promise<void> => copyFile(path, to)
        await (mount === undefined ? copy() : freeze(mount.target, copy))
        digest = await digestOf(to)
        return `${id}.${digest}${END}`
      },
      id,
    )
    return { id, sizeBytes, digest }
  }

  async removeSnapshot(id: string): Promise<void> {
    assertName('snapshot', id)
    const known = (await this.#listSnapshots()).find((each) => each.id === id)
    if (known !== undefined) await wipeFile(this.#snapshots, `${id}.${known.digest}${END}`)
  }

  async openFolder(pod: string): Promise<string> {
    assertName('pod', pod)
    const folder = join(this.#pods, pod)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    return folder
  }

  async closeFolder(pod: string): Promise<void> {
    assertName('pod', pod)
    const folder = join(this.#pods, pod)
    const mounts = await listMounts(this.#pods)
    const held = mounts.find(({ target }) => target.startsWith(`${folder}/`))
    if (held !== undefined) throw new VolumeBusyError(basename(held.file, END), 'is attached')
    for (const name of await namesIn(folder)) await rmdir(join(folder, name))
    await ifThere(() => rmdir(folder))
  }

  listFolders(): Promise<readonly string[]> {
    return namesIn(this.#pods)
  }

  async #restore(
    { id, digest, sizeBytes: size }: StoredSnapshot,
    { path, sizeBytes }: { readonly path: string; readonly sizeBytes: number },
  ): Promise<void> {
    await copyFile(join(this.#snapshots, `${id}.${digest}${END}`), path)
    if ((await digestOf(path)) !== digest) throw new SnapshotDamagedError(id)
    if (sizeBytes > size) await growFileSystem(path, sizeBytes)
  }

  async #assertRoom(id: string, asked: number): Promise<void> {
    const left = (await this.#freeBytes()) - (await this.promisedBytes())
    if (asked > left) throw new VolumeNoRoomError(id, { asked, left })
  }

  async #find(id: string): Promise<Found | undefined> {
    const name = `${id}${END}`
    if (!(await namesIn(this.#volumes)).includes(name)) return undefined
    const path = join(this.#volumes, name)
    const mount = (await listMounts(this.#pods)).find(({ file }) => file === path)
    return { path, mount }
  }

  async #get(id: string): Promise<Found> {
    const found = await this.#find(id)
    if (found === undefined) throw new VolumeNotFoundError('volume', id)
    return found
  }

  async #listSnapshots(): Promise<readonly StoredSnapshot[]> {
    const found = (await namesIn(this.#snapshots)).map(async (name) => {
      const [id = '', digest = ''] = name.split('.')
      const { sizeBytes } = await measureFile(join(this.#snapshots, name))
      return { id, digest, sizeBytes }
    })
    return Promise.all(found)
  }

  async #getSnapshot(id: string): Promise<StoredSnapshot> {
    assertName('snapshot', id)
    const found = (await this.#listSnapshots()).find((each) => each.id === id)
    if (found === undefined) throw new VolumeNotFoundError('snapshot', id)
    return found
  }

  #placeOf({ target }: LoopMount): VolumePlace {
    const [pod = '', at = ''] = relative(this.#pods, target).split('/')
    return { pod, at }
  }
}

type Found = { readonly path: string; readonly mount: LoopMount | undefined }

/** Returns what is in a folder and complete; nothing where it is not there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await ifThere(() => readdir(folder))
  return (names ?? []).filter((name) => !name.startsWith('.')).toSorted()
}

async function ifThere<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act()
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined
    throw new VolumeFailedError('look after volumes', String(failure), failure)
  }
}

async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

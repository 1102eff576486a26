import { createHash } from 'node:crypto'

import {
  SnapshotDamagedError,
  VolumeBusyError,
  VolumeNoRoomError,
  VolumeNotFoundError,
} from './errors.ts'
import {
  assertName,
  assertPlace,
  type StoredSnapshot,
  type StoredVolumes,
  type VolumePlace,
  type VolumeStore,
} from './volume-store.ts'

/** Files by their names. */
type Files = Map<string, string>

type MemoryVolume = { readonly sizeBytes: number; readonly files: Files; place?: VolumePlace }
type MemorySnapshot = StoredSnapshot & { files: Files }

/** Volumes that are maps, and what containers would see of them. */
export type MemoryVolumes = VolumeStore & {
  /** Returns the files of what is attached at a place; nothing where nothing is. */
  readonly filesAt: (place: VolumePlace) => Files | undefined
  /** Has a process hold files of a volume open, until it lets go of them. */
  readonly hold: (id: string) => () => void
  /** Changes what a snapshot has, as a bad disk would. */
  readonly damage: (snapshot: string) => void
}

/** Returns volumes that end with the process. */
export function createMemoryVolumes(freeBytes = Number.MAX_SAFE_INTEGER): MemoryVolumes {
  return new MemoryVolumeStore(freeBytes)
}

class MemoryVolumeStore implements MemoryVolumes {
  readonly #freeBytes: number
  readonly #volumes = new Map<string, MemoryVolume>()
  readonly #snapshots = new Map<string, MemorySnapshot>()
  readonly #folders = new Set<string>()
  readonly #held = new Set<string>()

  constructor(freeBytes: number) {
    this.#freeBytes = freeBytes
  }

  async list(): Promise<StoredVolumes> {
    const volumes = [...this.#volumes].map(([id, { sizeBytes, place }]) => ({
      id,
      sizeBytes,
      ...(place && { place }),
    }))
    const snapshots = [...this.#snapshots.values()].map(({ id, sizeBytes, digest }) => ({
      id,
      sizeBytes,
      digest,
    }))
    return { volumes, snapshots }
  }

  async promisedBytes(): Promise<number> {
    return [...this.#volumes.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  async create({ id, sizeBytes, snapshot }: Parameters<VolumeStore['create']>[0]): Promise<void> {
    assertName('volume', id)
    if (this.#volumes.has(id)) return
    const files = this.#restore(snapshot)
    const asked = Math.max(sizeBytes, this.#snapshots.get(snapshot ?? '')?.sizeBytes ?? 0)
    const left = this.#freeBytes - (await this.promisedBytes())
    if (asked > left) throw new VolumeNoRoomError(id, { asked, left })
    this.#volumes.set(id, { sizeBytes: asked, files })
  }

  async remove(id: string): Promise<void> {
    assertName('volume', id)
    if (this.#volumes.get(id)?.place !== undefined) throw new VolumeBusyError(id, 'is attached')
    this.#volumes.delete(id)
  }

  async attach(id: string, place: VolumePlace): Promise<void> {
    assertName('volume', id)
    assertPlace(place)
    const volume = this.#get(id)
    if (isSame(volume.place, place)) return
    if (volume.place !== undefined) throw new VolumeBusyError(id, 'is attached elsewhere')
    if (this.#at(place)) {
      throw new VolumeBusyError(id, `cannot be attached: another one is at ${place.at}`)
    }
    this.#folders.add(place.pod)
    volume.place = place
  }

  async detach(id: string): Promise<void> {
    assertName('volume', id)
    if (this.#volumes.get(id)?.place === undefined) return
    if (this.#held.has(id)) throw new VolumeBusyError(id, 'is in use')
    delete this.#get(id).place
  }

  async snapshot({ id, volume }: Parameters<VolumeStore['snapshot']>[0]): Promise<StoredSnapshot> {
    assertName('snapshot', id)
    assertName('volume', volume)
    const known = this.#snapshots.get(id)
    if (known === undefined) {
      const { files, sizeBytes } = this.#get(volume)
      const digest = digestOf(files)
      this.#snapshots.set(id, { id, sizeBytes, digest, files: new Map(files) })
      return { id, sizeBytes, digest }
    }
    return { id, sizeBytes: known.sizeBytes, digest: known.digest }
  }

  async removeSnapshot(id: string): Promise<void> {
    assertName('snapshot', id)
    this.#snapshots.delete(id)
  }

  async openFolder(pod: string): Promise<string> {
    assertName('pod', pod)
    this.#folders.add(pod)
    return `/memory/${pod}`
  }

  async closeFolder(pod: string): Promise<void> {
    assertName('pod', pod)
    const inside = [...this.#volumes].find(([, { place }]) => place?.pod === pod)
    if (inside !== undefined) throw new VolumeBusyError(inside[0], 'is attached')
    this.#folders.delete(pod)
  }

  async listFolders(): Promise<readonly string[]> {
    return [...this.#folders].toSorted()
  }

  filesAt(place: VolumePlace): Files | undefined {
    return this.#at(place)?.files
  }

  hold(id: string): () => void {
    this.#held.add(id)
    return () => void this.#held.delete(id)
  }

  damage(snapshot: string): void {
    this.#snapshots.get(snapshot)?.files.set('lost', 'bits')
  }

  #get(id: string): MemoryVolume {
    const found = this.#volumes.get(id)
    if (found === undefined) throw new VolumeNotFoundError('volume', id)
    return found
  }

  #at(place: VolumePlace): MemoryVolume | undefined {
    return [...this.#volumes.values()].find((each) => isSame(each.place, place))
  }

  #restore(id: string | undefined): Files {
    if (id === undefined) return new Map()
    assertName('snapshot', id)
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) throw new VolumeNotFoundError('snapshot', id)
    if (digestOf(snapshot.files) !== snapshot.digest) throw new SnapshotDamagedError(id)
    return new Map(snapshot.files)
  }
}

function digestOf(files: Files): string {
  return createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')
}

function isSame(one: VolumePlace | undefined, other: VolumePlace): boolean {
  return one?.pod === other.pod && one.at === other.at
}

import { VolumeNameError } from './errors.ts'

/** Where a volume is: in which pod, by which name. */
export type VolumePlace = {
  /** The uid of the pod. */
  readonly pod: string
  /** A folder below the pod's, e.g. `sdf`. */
  readonly at: string
}

/** A volume that is on the device. */
export type StoredVolume = {
  readonly id: string
  readonly sizeBytes: number
  /** Absent where it is attached nowhere. */
  readonly place?: VolumePlace
}

/** A snapshot that is on the device. */
export type StoredSnapshot = {
  readonly id: string
  readonly sizeBytes: number
  /** SHA-256 of all bytes, 64 hex digits. */
  readonly digest: string
}

/** All that a store has. */
export type StoredVolumes = {
  readonly volumes: readonly StoredVolume[]
  readonly snapshots: readonly StoredSnapshot[]
}

/**
 * Volumes on one device: each a file system of its own and of a fixed size, which outlives containers, agents and the machine's restart. All is done in a folder of
 * ours, and to nothing else. Every call may be told again: what is as wanted already stays. What resolves outlives a power cut.
 *
 * Every method may throw {@link VolumeFailedError}, and {@link VolumeNameError} for what is no name. One call at a time.
 */
export type VolumeStore = {
  readonly list: () => Promise<StoredVolumes>
  /** What volumes may still grow by, in bytes: their owners were promised it, and no free disk shows it. */
  readonly promisedBytes: () => Promise<number>
  /**
   * Makes a volume: empty, or with what a snapshot has, and no smaller than that.
   *
   * @throws {@link VolumeNoRoomError}, {@link VolumeNotFoundError} where there is no such snapshot, {@link SnapshotDamagedError}.
   */
  readonly create: (volume: {
    readonly id: string
    readonly sizeBytes: number
    readonly snapshot?: string | undefined
  }) => Promise<void>
  /**
   * Takes a volume away: its bytes are overwritten. Does nothing where there is none.
   *
   * @throws {@link VolumeBusyError} where it is attached.
   */
  readonly remove: (id: string) => Promise<void>
  /**
   * Has a volume appear in a pod's folder, and in each container that has that folder, also one that runs.
   *
   * @throws {@link VolumeNotFoundError}, {@link VolumeBusyError} where it, or something else at this place, is attached already.
   */
  readonly attach: (id: string, place: VolumePlace) => Promise<void>
  /**
   * Takes a volume out of its pod; all that was written is on the disk then. Does nothing where it is attached nowhere.
   *
   * @throws {@link VolumeBusyError} while a process has files of it open.
   */
  readonly detach: (id: string) => Promise<void>
  /**
   * Keeps what a volume is at this moment; who writes to it waits meanwhile. Returns it.
   *
   * @throws {@link VolumeNotFoundError}, {@link VolumeNoRoomError}
   */
  readonly snapshot: (snapshot: {
    readonly id: string
    readonly volume: string
  }) => Promise<StoredSnapshot>
  /** Does nothing where there is none. */
  readonly removeSnapshot: (id: string) => Promise<void>
  /** Returns the folder that the containers of a pod get; it is made where it is not there. Nothing can be written to it but in volumes. */
  readonly openFolder: (pod: string) => Promise<string>
  /**
   * Takes a pod's folder away. Does nothing where there is none.
   *
   * @throws {@link VolumeBusyError} where volumes are attached there.
   */
  readonly closeFolder: (pod: string) => Promise<void>
  /** Returns the pods that have a folder. */
  readonly listFolders: () => Promise<readonly string[]>
}

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/
const PLACE = /^[a-z]{2,5}\d{0,2}$/

/** @throws {@link VolumeNameError} for what could be another path than a name is. */
export function assertName(what: 'volume' | 'snapshot' | 'pod', id: string): void {
  if (!ID.test(id)) throw new VolumeNameError(what, id)
}

/** @throws {@link VolumeNameError} */
export function assertPlace({ pod, at }: VolumePlace): void {
  assertName('pod', pod)
  if (!PLACE.test(at)) throw new VolumeNameError('place', at)
}

import type { DiskAttachment, DiskPhase } from '@nexqloud/control'

/** Which volume or snapshot. */
export type VolumeName = { readonly namespace: string; readonly id: string }

/** What is seen of a volume. */
export type VolumeSighting = {
  /** `absent`: nothing of it is on a device yet. */
  readonly phase: 'absent' | DiskPhase
  /** The device that it is on, and nowhere else. */
  readonly device?: string
  /** Where it is attached, whatever is wanted. */
  readonly attached?: DiskAttachment
  /** Why it is not as it is wanted. */
  readonly message?: string
}

/** What is seen of a snapshot. */
export type SnapshotSighting = {
  readonly phase: 'absent' | 'pending' | 'failed' | 'lost' | 'completed'
  readonly message?: string
}

/** The disks behind volumes. */
export type Volumes = {
  /** Returns what is seen now of a volume that is to be attached there; it looks into memory. */
  readonly see: (name: VolumeName, wanted: DiskAttachment | undefined) => VolumeSighting
  readonly seeSnapshot: (name: VolumeName) => SnapshotSighting
  /** Whether they can do what EBS's can beside being attached and kept: be attached to several instances, and grow. */
  readonly isElastic: boolean
}

/** Returns volumes that do at once what is wanted of them, for tests and suites: the second adapter. */
export function createObedientVolumes(): Volumes {
  return {
    see: (_, wanted) =>
      wanted === undefined ? { phase: 'available' } : { phase: 'attached', attached: wanted },
    seeSnapshot: () => ({ phase: 'completed' }),
    isElastic: true,
  }
}

import type { Kind, KubeClient, ObjectMeta } from '@nexqloud/kube'

import { defineKind } from '../object/define-kind.ts'

/** A file system that outlives containers. It lives on one device, which it gets when it is attached first, or with its snapshot. */
export type Disk = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    readonly sizeBytes: number
    /** The name of a snapshot in its namespace that it is made of. */
    readonly snapshot?: string
    readonly attachment?: DiskAttachment
  }
  readonly status?: {
    /** The node that it is on. It is written before the device hears of it, and never changed. */
    readonly device?: string
    readonly phase?: DiskPhase
    /** It was there once: where it is not any more, it is lost. */
    readonly isMade?: boolean
    /** Where it is attached, as its device says; absent where it is not. */
    readonly attached?: DiskAttachment | null
    /** Why it is not as it is wanted; absent where it is. */
    readonly message?: string | null
  }
}

/** Where a disk is to be. */
export type DiskAttachment = {
  /** The name of the instance, which is its pod's, in the disk's namespace. */
  readonly instance: string
  /** Its folder there: `sdf` is `/mnt/sdf`. */
  readonly at: string
}

/** How a disk is, as its device says. */
export type DiskPhase =
  | 'creating'
  | 'failed'
  | 'lost'
  | 'available'
  | 'attaching'
  | 'attached'
  | 'detaching'
  | 'busy'

/** What a disk was at a moment; it lives on the disk's device. */
export type DiskSnapshot = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    /** The name of the disk, in its namespace. */
    readonly disk: string
  }
  readonly status?: {
    readonly device?: string
    /** The uid of the disk: its name may be another one's by now. */
    readonly disk?: string
    readonly phase?: 'pending' | 'failed' | 'lost' | 'completed'
    readonly sizeBytes?: number
    /** SHA-256 of all bytes, hex. */
    readonly digest?: string
    readonly message?: string | null
  }
}

const group = 'nexqloud.io'

/** Disks, for a client. */
export const disks: Kind<Disk> = {
  group,
  version: 'v1',
  kind: 'Disk',
  plural: 'disks',
  isNamespaced: true,
}

/** Their snapshots. */
export const diskSnapshots: Kind<DiskSnapshot> = {
  group,
  version: 'v1',
  kind: 'DiskSnapshot',
  plural: 'disksnapshots',
  isNamespaced: true,
}

/** What keeps an object until its device has erased what it stands for. */
export const DISK_FINALIZER = 'nexqloud.io/disk'

const text = { type: 'string' } as const
/** No device can be told of more exactly: numbers are JavaScript's. */
const bytes = {
  type: 'integer',
  format: 'int64',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
} as const
const attachment = {
  type: 'object',
  nullable: true,
  required: ['instance', 'at'],
  properties: { instance: text, at: { type: 'string', pattern: '^[a-z]{2,5}[0-9]{0,2}$' } },
} as const
const message = { type: 'string', nullable: true } as const

const diskSchema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['sizeBytes'],
      properties: { sizeBytes: bytes, snapshot: text, attachment },
    },
    status: {
      type: 'object',
      properties: {
        device: text,
        phase: text,
        isMade: { type: 'boolean' },
        attached: attachment,
        message,
      },
    },
  },
} as const

const snapshotSchema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: { type: 'object', required: ['disk'], properties: { disk: text } },
    status: {
      type: 'object',
      properties: {
        device: text,
        disk: text,
        phase: text,
        sizeBytes: bytes,
        digest: text,
        message,
      },
    },
  },
} as const

/** Makes the kinds known to the API, as this program knows them. */
export async function defineDisks(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
): Promise<void> {
  const device = { title: 'Device', jsonPath: '.status.device' }
  const phase = { title: 'Phase', jsonPath: '.status.phase' }
  const instance = { title: 'Instance', jsonPath: '.spec.attachment.instance' }
  await defineKind(client, disks, { schema: diskSchema, columns: [device, phase, instance] })
  await defineKind(client, diskSnapshots, { schema: snapshotSchema, columns: [device, phase] })
}

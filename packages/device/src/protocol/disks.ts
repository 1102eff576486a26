import { z } from 'zod'

import { podReference } from './pod-reference.ts'

/** Disks and snapshots that a device holds at most. */
const MOST_DISKS = 1024
const MOST_ERASED = 4 * MOST_DISKS
const MOST_MESSAGE = 1024

/** Of a disk or a snapshot: the uid of its object, which nobody else ever has. */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
const bytes = z.int().min(0)

const diskPlace = z.object({
  /** The uid of the pod that it is attached to. */
  pod: podReference.shape.uid,
  /** Its folder there: `sdf` is `/mnt/sdf` in the containers. */
  at: z.string().regex(/^[a-z]{2,5}\d{0,2}$/),
})

const wantedVolume = z.object({
  id,
  sizeBytes: bytes,
  /** Made of it where it is not there yet. */
  snapshot: id.exactOptional(),
  /** It was there once: where it is not any more it is lost, and not made again, empty. */
  isMade: z.boolean(),
  place: diskPlace.exactOptional(),
})

const wantedSnapshot = z.object({ id, volume: id, isMade: z.boolean() })

const isOnce = (all: readonly { readonly id: string }[]): boolean =>
  new Set(all.map((each) => each.id)).size === all.length

/** What a device is to hold. What is not named stays as it is: only what is named to be erased goes. */
export const wantedDisks = z.object({
  volumes: z.array(wantedVolume).max(MOST_DISKS).refine(isOnce, 'A volume is twice.'),
  snapshots: z.array(wantedSnapshot).max(MOST_DISKS).refine(isOnce, 'A snapshot is twice.'),
  /** Of volumes and snapshots. */
  erased: z.array(id).max(MOST_ERASED),
})

type Named = { readonly id: string }

/**
 * Returns of what a device is to hold what can be told to it, and why the rest cannot, by id: tenants write what disks are to be, and one that cannot be told keeps
 * none of the others away.
 */
export function fitDisks({
  volumes,
  snapshots,
  erased,
}: {
  readonly volumes: readonly Named[]
  readonly snapshots: readonly Named[]
  readonly erased: readonly string[]
}): { readonly disks: WantedDisks; readonly refused: ReadonlyMap<string, string> } {
  const refused = new Map<string, string>()
  const fit = <Item>(all: readonly Named[], most: number, item: z.ZodType<Item>): Item[] =>
    all.flatMap((each, at) => {
      const { data, error } = item.safeParse(each)
      if (error !== undefined) refused.set(each.id, z.prettifyError(error).slice(0, MOST_MESSAGE))
      else if (at >= most) refused.set(each.id, `A device can be told of ${most} at once.`)
      else return [data]
      return []
    })
  const gone = erased.map((each) => ({ id: each }))
  const disks = {
    volumes: fit(volumes, MOST_DISKS, wantedVolume),
    snapshots: fit(snapshots, MOST_DISKS, wantedSnapshot),
    erased: fit(gone, MOST_ERASED, z.object({ id })).map((each) => each.id),
  }
  return { disks, refused }
}

const message = z.string().max(MOST_MESSAGE).exactOptional()

const volumeReport = z.object({
  id,
  /** `busy`: it is to be detached, and a process has files of it open. `failed`: the message says why it is not there; it is tried again. */
  state: z.enum([
    'creating',
    'failed',
    'lost',
    'available',
    'attaching',
    'attached',
    'detaching',
    'busy',
  ]),
  sizeBytes: bytes.exactOptional(),
  place: diskPlace.exactOptional(),
  message,
})

const snapshotReport = z.object({
  id,
  state: z.enum(['pending', 'failed', 'lost', 'completed']),
  sizeBytes: bytes.exactOptional(),
  /** SHA-256, hex. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  message,
})

/** All that a device holds or is to hold. What was to be erased and is not in it is gone for good. */
export const disksReport = z.object({
  /** The newest assignment that it is after, as an inventory's. */
  term: z.int().min(0),
  serial: z.int().min(0),
  volumes: z.array(volumeReport).max(4 * MOST_DISKS),
  snapshots: z.array(snapshotReport).max(4 * MOST_DISKS),
})

/** What a device is to hold. */
export type WantedDisks = z.infer<typeof wantedDisks>
/** What it holds. */
export type DisksReport = z.infer<typeof disksReport>

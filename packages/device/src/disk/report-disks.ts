import type { StoredSnapshot, StoredVolume, StoredVolumes } from '@nexqloud/engine'

import type { DisksReport, WantedDisks } from '../protocol/disks.ts'
import { isSamePlace } from './plan-disks.ts'

/** Why something could not be done. */
export type DiskFailure = { readonly code: string; readonly message: string }

type VolumeReport = DisksReport['volumes'][number]
type SnapshotReport = DisksReport['snapshots'][number]
type Failures = ReadonlyMap<string, DiskFailure>

/** Returns what a device tells of its disks, in the order of their ids. */
export function reportDisks(
  wanted: WantedDisks,
  found: StoredVolumes,
  failures: Failures,
): Pick<DisksReport, 'volumes' | 'snapshots'> {
  const idsOf = (...lists: readonly (readonly { readonly id: string }[])[]) =>
    [...new Set(lists.flat().map(({ id }) => id))].toSorted()
  const byId = <Item extends { readonly id: string }>(list: readonly Item[], id: string) =>
    list.find((each) => each.id === id)
  const isErased = new Set(wanted.erased)
  const wantedVolumes = wanted.volumes.filter(({ id }) => !isErased.has(id))
  const wantedSnapshots = wanted.snapshots.filter(({ id }) => !isErased.has(id))
  return {
    volumes: idsOf(wantedVolumes, found.volumes).map((id) =>
      reportVolume(id, {
        own: byId(wantedVolumes, id),
        stored: byId(found.volumes, id),
        failure: failures.get(id),
      }),
    ),
    snapshots: idsOf(wantedSnapshots, found.snapshots).map((id) =>
      reportSnapshot(id, {
        own: byId(wantedSnapshots, id),
        stored: byId(found.snapshots, id),
        failure: failures.get(id),
      }),
    ),
  }
}

type Known<Own, Stored> = {
  readonly own: Own | undefined
  readonly stored: Stored | undefined
  readonly failure: DiskFailure | undefined
}

function reportVolume(
  id: string,
  { own, stored, failure }: Known<WantedDisks['volumes'][number], StoredVolume>,
): VolumeReport {
  const why = failure === undefined ? {} : { message: failure.message }
  if (stored === undefined) {
    if (own?.isMade === true) return { id, state: 'lost' }
    return { id, state: failure === undefined ? 'creating' : 'failed', ...why }
  }
  return { id, ...standingOf(stored, { own, failure }), ...why }
}

function standingOf(
  { sizeBytes, place }: StoredVolume,
  { own, failure }: Pick<Known<WantedDisks['volumes'][number], StoredVolume>, 'own' | 'failure'>,
): Omit<VolumeReport, 'id' | 'message'> {
  if (place === undefined) {
    return { state: own?.place === undefined ? 'available' : 'attaching', sizeBytes }
  }
  const isHere = own === undefined || isSamePlace(own.place, place)
  if (isHere) return { state: 'attached', sizeBytes, place }
  const state = failure?.code === 'VOLUME_BUSY' ? 'busy' : 'detaching'
  return { state, sizeBytes, place }
}

function reportSnapshot(
  id: string,
  { own, stored, failure }: Known<WantedDisks['snapshots'][number], StoredSnapshot>,
): SnapshotReport {
  if (stored !== undefined) {
    return { id, state: 'completed', sizeBytes: stored.sizeBytes, digest: stored.digest }
  }
  if (own?.isMade === true) return { id, state: 'lost' }
  if (failure === undefined) return { id, state: 'pending' }
  return { id, state: 'failed', message: failure.message }
}

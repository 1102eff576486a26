import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../account/caller.ts'
import type { Dispatcher } from '../door/dispatcher.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { Place, ResourceView } from '../resource/resource-view.ts'
import type { InstanceExposure } from './exposure.ts'
import { exposuresOf } from './exposures-of.ts'

/** A rule that is removed closes within two seconds. */
const EVERY_MS = 250

/** What is followed, and who is told. */
export type KeepExposuresParts = {
  readonly view: ResourceView
  readonly dispatcher: Pick<Dispatcher, 'look'>
  /** Returns the root of the account of a namespace; nothing where it is no account's. */
  readonly findOwner: (place: Place) => Caller | undefined
  readonly clock: Clock
  /** Told where all instances are reached now, by `namespace/id`, and for which of them it is new. */
  readonly onExposures: (
    all: ReadonlyMap<string, InstanceExposure>,
    changed: readonly string[],
  ) => void
  readonly onFailure: (failure: unknown) => void
}

/** Tells where instances are reached, whenever that changes, until the signal aborts. */
export async function keepExposures(parts: KeepExposuresParts, signal: AbortSignal): Promise<void> {
  const { clock, onFailure } = parts
  const tell = createTeller(parts)
  while (!signal.aborted) {
    try {
      tell()
    } catch (failure) {
      onFailure(failure)
    }
    await clock.delay(EVERY_MS, signal)
  }
}

/** Returns what looks whether anything has changed, and tells that. */
function createTeller(parts: KeepExposuresParts): () => void {
  let seen: number | undefined
  let known: ReadonlyMap<string, InstanceExposure> = new Map()
  return () => {
    const { view, onExposures } = parts
    if (seen === view.changes) return
    seen = view.changes
    const all = lookAtAll(parts)
    const changed = differing(known, all)
    known = all
    if (changed.length > 0) onExposures(all, changed)
  }
}

function lookAtAll({
  view,
  dispatcher,
  findOwner,
}: KeepExposuresParts): ReadonlyMap<string, InstanceExposure> {
  const all = view.placesOf(ec2Kinds.instances).flatMap((place) => {
    const caller = findOwner(place)
    if (caller === undefined) return []
    return [...exposuresOf(dispatcher.look(caller))].map(
      ([id, exposure]) => [`${place.namespace}/${id}`, exposure] as const,
    )
  })
  return new Map(all)
}

function differing(
  before: ReadonlyMap<string, InstanceExposure>,
  after: ReadonlyMap<string, InstanceExposure>,
): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter(
    (name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)),
  )
}

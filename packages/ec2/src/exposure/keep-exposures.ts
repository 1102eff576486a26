import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../account/caller.ts'
import type { Dispatcher } from '../door/dispatcher.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { Place, ResourceView } from '../resource/resource-view.ts'
import type { InstanceExposure } from './exposure.ts'
import { exposuresOf } from './exposures-of.ts'

/** A rule that is removed closes within two seconds. */
const EVERY_MS = 250
/** What could not be seen is looked at again. */
const AGAIN_MS = 1000

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
  const tell = createTeller(parts)
  while (!signal.aborted) {
    tell()
    await parts.clock.delay(EVERY_MS, signal)
  }
}

/** Returns what looks whether anything has changed, and tells that. */
function createTeller(parts: KeepExposuresParts): () => void {
  const { view, clock, onExposures } = parts
  let seen: number | undefined
  let againMs = Number.POSITIVE_INFINITY
  let known: ReadonlyMap<string, InstanceExposure> = new Map()
  return () => {
    const nowMs = clock.steadyMs()
    if (seen === view.changes && nowMs < againMs) return
    seen = view.changes
    const { all, isWhole } = lookAtAll(parts)
    againMs = isWhole ? Number.POSITIVE_INFINITY : nowMs + AGAIN_MS
    const changed = differing(known, all)
    known = all
    if (changed.length > 0) onExposures(all, changed)
  }
}

type Seen = { readonly all: ReadonlyMap<string, InstanceExposure>; readonly isWhole: boolean }

/** What goes wrong with one account is no other's trouble; whose a place is may be known in a moment. */
function lookAtAll({ view, dispatcher, findOwner, onFailure }: KeepExposuresParts): Seen {
  const all = new Map<string, InstanceExposure>()
  let isWhole = true
  for (const place of view.placesOf(ec2Kinds.instances)) {
    const caller = findOwner(place)
    if (caller === undefined) {
      isWhole = false
      continue
    }
    try {
      for (const [id, exposure] of exposuresOf(dispatcher.look(caller))) {
        all.set(`${place.namespace}/${id}`, exposure)
      }
    } catch (failure) {
      isWhole = false
      onFailure(failure)
    }
  }
  return { all, isWhole }
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

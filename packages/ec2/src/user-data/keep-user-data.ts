import type { Clock } from '@nexqloud/kernel'

import type { MachineName, Machines } from '../machine/machines.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { isScript } from './script.ts'

const EVERY_MS = 500

/** Whose user data is started, and where. */
export type KeepUserDataParts = {
  readonly view: ResourceView
  readonly machines: Pick<Machines, 'startScript'>
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Has the scripts that instances were launched with started in their containers, until the signal aborts. */
export async function keepUserData(parts: KeepUserDataParts, signal: AbortSignal): Promise<void> {
  const { view, machines, clock, onFailure } = parts
  while (!signal.aborted) {
    for (const { name, userData } of wantedScripts(view)) {
      // One that does not take its script holds nobody else up.
      machines.startScript(name, userData).catch(onFailure)
    }
    await clock.delay(EVERY_MS, signal)
  }
}

type Wanted = { readonly name: MachineName; readonly userData: string }

function wantedScripts(view: ResourceView): readonly Wanted[] {
  return view.placesOf(ec2Kinds.instances).flatMap((place) =>
    view.list(ec2Kinds.instances, place).flatMap(({ id, spec }) => {
      const { Goal, UserData: userData } = spec
      if (Goal !== 'running' || !isScript(userData)) return []
      return [{ name: { namespace: place.namespace, id }, userData }]
    }),
  )
}

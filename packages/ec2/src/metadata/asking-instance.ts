import type { Caller } from '../account/caller.ts'
import type { InstanceResource } from '../action/instance/describe-instance.ts'
import type { Region } from '../door/region.ts'
import type { MachineName } from '../machine/machines.ts'
import { findWantedInstance } from '../resource/find-wanted-instance.ts'
import type { Place, ResourceView } from '../resource/resource-view.ts'

/** What an instance that asks is found by. */
export type AskingParts = {
  readonly view: ResourceView
  readonly regions: readonly Region[]
  /** Returns the root of the account of a namespace; nothing where it is no account's. */
  readonly findOwner: (place: Place) => Caller | undefined
}

/** An instance that asks. */
export type AskingInstance = {
  readonly id: string
  readonly instance: InstanceResource
  /** The root of its account, in its region. */
  readonly caller: Caller
}

/** Returns the instance of a name, in whichever region it is; one that is over asks no more. */
export function findAskingInstance(
  { view, regions, findOwner }: AskingParts,
  name: MachineName,
): AskingInstance | undefined {
  const found = findWantedInstance(view, regions, name)
  if (found === undefined) return undefined
  const caller = findOwner(found.place)
  return caller && { id: name.id, instance: found.instance, caller }
}

import type { InstanceRecord } from '@nexqloud/control'

import { timeOf, type KubeEvent } from './view.ts'

/** Something that happened; texts that nobody gave are empty. */
export type Happening = {
  /** ISO 8601. */
  readonly at: string
  /** One word for programs, e.g. `DeviceLost`. */
  readonly cause: string
  readonly message: string
  readonly actor: string
  readonly device: string
}

/**
 * Returns what the API and the record tell, each thing once, oldest first. The API forgets after some time, the record comes a
 * moment later; of what both have, the record says more.
 */
export function mergeHappenings(
  events: readonly KubeEvent[],
  record: Pick<InstanceRecord, 'events'> | undefined,
): readonly Happening[] {
  const told = new Map<string, Happening>()
  for (const each of events.map(happeningOf)) told.set(keyOf(each), each)
  for (const { at, cause, message, actor, device } of record?.events ?? []) {
    const each = { at, cause, message, actor, device }
    told.set(keyOf(each), each)
  }
  return [...told.values()].toSorted((left, right) => secondOf(left.at) - secondOf(right.at))
}

function happeningOf(event: KubeEvent): Happening {
  const { reason: cause = '', message = '', reportingComponent, source, involvedObject } = event
  const actor = reportingComponent || source?.component || ''
  const device = involvedObject.kind === 'Node' ? (involvedObject.name ?? '') : ''
  return { at: timeOf(event), cause, message, actor, device }
}

/** What the API has in whole seconds the record may have in finer ones. */
function keyOf({ at, cause, message }: Happening): string {
  return JSON.stringify([secondOf(at), cause, message])
}

/** Returns a time in whole seconds since 1970, as exactly as the API knows it; 0 where it is none. */
export function secondOf(at: string): number {
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000)
}

import { randomInt as drawInt } from 'node:crypto'

import { tokenOf, type Driver, type Pod } from '@nexqloud/control'
import type { Inventory, PodReport } from '@nexqloud/device'
import type { InstanceKey } from '@nexqloud/kernel'
import type { WitnessedPod } from '@nexqloud/store'

import type { Witness } from '../record/witness-keeper.ts'
import { Prober, type RandomInt } from './prober.ts'

/** A device that says of more pods than this is not believed of the others. */
const MOST_PODS = 1024

/** What nobody pays for is witnessed, too; it only is in no file. */
const nobody: ShowingParts['instanceOf'] = () => undefined

/** Who sees what a device shows, and what is known of that. */
export type ShowingParts = {
  readonly witness: Witness
  /** Returns what a pod that runs is paid for as; nothing where nobody pays, or it is not known yet. */
  readonly instanceOf: (pod: Pod) => InstanceKey | undefined
  readonly driver: Pick<Driver, 'podOf'>
  readonly device: string
  readonly randomInt: RandomInt
}

/**
 * Returns what each device shows; nothing where nobody witnesses. It outlasts a link: what ran when that broke, and is the device's no longer once
 * it has dialled anew, ends by the first sign of life.
 */
export function createShowings(
  parts: Pick<ShowingParts, 'driver'> &
    Partial<Pick<ShowingParts, 'witness' | 'instanceOf' | 'randomInt'>>,
): (device: string) => Showing | undefined {
  const { witness, driver, instanceOf = nobody, randomInt = drawInt } = parts
  const showings = new Map<string, Showing>()
  return (device) => {
    if (witness === undefined) return undefined
    const known =
      showings.get(device) ?? new Showing({ witness, driver, instanceOf, device, randomInt })
    showings.set(device, known)
    return known
  }
}

/** What a device shows of itself, whoever drives it. It is believed of pods alone that are bound to it, with their own token. */
export class Showing {
  readonly prober: Prober
  readonly #parts: ShowingParts
  /** What was told last of each pod, by uid. */
  readonly #told = new Map<string, PodReport>()
  /** Those that the witness takes for running, and as what they are paid for. */
  readonly #running = new Map<string, WitnessedPod>()

  constructor(parts: ShowingParts) {
    const { witness, device, randomInt } = parts
    this.#parts = parts
    this.prober = new Prober({
      pods: () => this.running(),
      randomInt,
      onProbed: (pod, sign) => witness.probed(device, pod, sign),
    })
  }

  /** Those that are witnessed to run. */
  running(): readonly WitnessedPod[] {
    return [...this.#running.values()]
  }

  status(report: PodReport): void {
    if (this.#told.size >= MOST_PODS && !this.#told.has(report.uid)) return
    this.#told.set(report.uid, report)
    this.#show(report)
  }

  /** What is not there any more does not run. */
  inventory({ uids }: Inventory): void {
    const present = new Set(uids)
    for (const uid of this.#told.keys()) if (!present.has(uid)) this.#forget(uid)
  }

  /** A sign of life. What was told before this masternode knew of the pod counts from now on, what is not the device's any more no longer. */
  beat(steadyMs: number): void {
    const { witness, device } = this.#parts
    witness.heard(device, steadyMs)
    for (const report of this.#told.values()) this.#show(report, { always: false })
  }

  #show(report: PodReport, { always } = { always: true }): void {
    const { uid } = report
    const before = this.#running.get(uid)
    const now = this.#read(report)
    const hasChanged = (now === undefined) !== (before === undefined)
    if (!always && !hasChanged && now?.instance === before?.instance) return
    if (now !== undefined) this.#running.set(uid, now)
    else this.#running.delete(uid)
    this.#report(now ?? before, now !== undefined)
  }

  #forget(uid: string): void {
    const before = this.#running.get(uid)
    this.#told.delete(uid)
    this.#running.delete(uid)
    this.#report(before, false)
  }

  #report(pod: WitnessedPod | undefined, isRunning: boolean): void {
    const { witness, device } = this.#parts
    if (pod !== undefined) witness.reported(device, pod, isRunning)
  }

  /** Returns what runs by a report; nothing where it does not, or is not the device's own. */
  #read({ uid, namespace, name, token, status }: PodReport): WitnessedPod | undefined {
    if (!hasRunning(status)) return undefined
    const pod = this.#parts.driver.podOf(this.#parts.device, uid)
    const isOwn =
      pod?.metadata?.namespace === namespace && pod.metadata.name === name && tokenOf(pod) === token
    return isOwn ? { uid, namespace, name, instance: this.#parts.instanceOf(pod) } : undefined
  }
}

/** A pod runs from its first container on: one that waits for ever for another image would compute for nothing. */
function hasRunning({ phase, containerStatuses }: PodReport['status']): boolean {
  if (phase === 'Succeeded' || phase === 'Failed') return false
  return phase === 'Running' || containerStatuses.some(({ state }) => state?.running !== undefined)
}

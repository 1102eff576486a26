import { randomInt as drawInt } from 'node:crypto'

import { tokenOf, type Driver } from '@nexqloud/control'
import type { Inventory, PodReport } from '@nexqloud/device'
import type { WitnessedPod } from '@nexqloud/store'

import type { Witness } from '../record/witness-keeper.ts'
import { Prober, type RandomInt } from './prober.ts'

/** A device that says of more pods than this is not believed of the others. */
const MOST_PODS = 1024

/** Who sees what a device shows, and what is known of that. */
export type ShowingParts = {
  readonly witness: Witness
  readonly driver: Pick<Driver, 'podOf'>
  readonly device: string
  readonly randomInt: RandomInt
}

/**
 * Returns what each device shows; nothing where nobody witnesses. It outlasts a link: what ran when that broke, and is the device's no longer once
 * it has dialled anew, ends by the first sign of life.
 */
export function createShowings(
  parts: Pick<ShowingParts, 'driver'> & {
    readonly witness?: Witness
    readonly randomInt?: RandomInt
  },
): (device: string) => Showing | undefined {
  const { witness, driver, randomInt = drawInt } = parts
  const showings = new Map<string, Showing>()
  return (device) => {
    if (witness === undefined) return undefined
    const known = showings.get(device) ?? new Showing({ witness, driver, device, randomInt })
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
  /** Those that the witness takes for running. */
  readonly #running = new Set<string>()

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
    return [...this.#running].flatMap((uid) => {
      const told = this.#told.get(uid)
      return told === undefined ? [] : [referenceOf(told)]
    })
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
    for (const report of this.#told.values()) {
      if (this.#runs(report) !== this.#running.has(report.uid)) this.#show(report)
    }
  }

  #show(report: PodReport): void {
    const { uid } = report
    const isRunning = this.#runs(report)
    if (!isRunning && !this.#running.has(uid)) return
    if (isRunning) this.#running.add(uid)
    else this.#running.delete(uid)
    this.#parts.witness.reported(this.#parts.device, referenceOf(report), isRunning)
  }

  #forget(uid: string): void {
    const told = this.#told.get(uid)
    this.#told.delete(uid)
    if (told === undefined || !this.#running.delete(uid)) return
    this.#parts.witness.reported(this.#parts.device, referenceOf(told), false)
  }

  #runs({ uid, namespace, name, token, status }: PodReport): boolean {
    if (!hasRunning(status)) return false
    const pod = this.#parts.driver.podOf(this.#parts.device, uid)
    const { metadata } = pod ?? {}
    return (
      pod !== undefined &&
      metadata?.namespace === namespace &&
      metadata?.name === name &&
      tokenOf(pod) === token
    )
  }
}

/** A pod runs from its first container on: one that waits for ever for another image would compute for nothing. */
function hasRunning({ phase, containerStatuses }: PodReport['status']): boolean {
  if (phase === 'Succeeded' || phase === 'Failed') return false
  return phase === 'Running' || containerStatuses.some(({ state }) => state?.running !== undefined)
}

const referenceOf = ({ uid, namespace, name }: PodReport): WitnessedPod => ({
  uid,
  namespace,
  name,
})

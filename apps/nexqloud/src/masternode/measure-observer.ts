import type { MeasureOutcome } from '@nexqloud/device'
import type { Clock, DeviceId, MasternodeId } from '@nexqloud/kernel'
import type { RecordedEvent } from '@nexqloud/store'
import type { Hex } from 'viem'

import type { MeasuredDevice, Verdict } from './measure-book.ts'
import {
  causeOf,
  causeOfForgery,
  describeClaims,
  describeForgery,
  describeScores,
  describeUnmeasured,
  describeVerdict,
  type ClaimedMachine,
  type MeasureCause,
  type MeasuredFound,
} from './measure-record.ts'

/** A device that is measured, and by whom. */
export type MeasuredBy = {
  readonly device: DeviceId
  readonly tlsKeyHash: Hex
  readonly masternode: MasternodeId
}

/** Who is told what comes of measurements. */
export type MeasureObserver = {
  /** Scores are on the chain. */
  readonly onScores: (by: MeasuredBy, found: MeasuredFound) => void
  readonly onForged: (by: MeasuredBy, outcome: Extract<MeasureOutcome, { kind: 'forged' }>) => void
  readonly onVerdict: (masternode: MasternodeId, verdict: Verdict) => void
  readonly onUnmeasured: (
    masternode: MasternodeId,
    device: MeasuredDevice,
    why: 'away' | 'paused',
  ) => void
}

/** What an observer works with. */
export type MeasureObserverParts = {
  /** Writes an event into the record. */
  readonly note: (event: RecordedEvent) => void
  /** Tells the device of a TLS key what came of it; one that is away is not told. */
  readonly tell: (tlsKeyHash: Hex, cause: MeasureCause) => void
  /** What the device of a TLS key says that it has. */
  readonly claimOf: (tlsKeyHash: Hex) => ClaimedMachine | undefined
  /** Returns the TLS key of a device. */
  readonly keyOf: (device: DeviceId) => Hex | undefined
  readonly clock: Pick<Clock, 'wallMs'>
}

/** A masternode that starts reads old events again: what they said was told then. */
const FRESH_MS = 86_400_000

/** Returns who writes what comes of measurements into the record, and tells the devices. */
export function createMeasureObserver({
  note,
  tell,
  claimOf,
  keyOf,
  clock,
}: MeasureObserverParts): MeasureObserver {
  const atMs = (): number => clock.wallMs()
  return {
    onScores: ({ device, tlsKeyHash, masternode }, found) => {
      const of = { device, masternode, atMs: atMs() }
      note(describeScores(of, found))
      tell(tlsKeyHash, causeOf(found))
      const claimed = claimOf(tlsKeyHash)
      if (claimed === undefined || found.findings === undefined) return
      const event = describeClaims(of, claimed, found.findings)
      if (event !== undefined) note(event)
    },
    onForged: ({ device, tlsKeyHash, masternode }, outcome) => {
      note(describeForgery({ device, masternode, atMs: atMs() }, outcome))
      tell(tlsKeyHash, causeOfForgery(outcome.forgery))
    },
    onVerdict: (masternode, verdict) => {
      const { start, found, confirmed } = verdict
      if (start * 1000 < atMs() - FRESH_MS) return
      for (const event of describeVerdict(verdict, { masternode, atMs: atMs() })) note(event)
      for (const device of found) {
        const key = keyOf(device)
        if (key !== undefined) tell(key, confirmed.includes(device) ? 'sharesMachine' : 'together')
      }
    },
    onUnmeasured: (masternode, device, why) => {
      note(describeUnmeasured(device, why, { masternode, atMs: atMs() }))
    },
  }
}

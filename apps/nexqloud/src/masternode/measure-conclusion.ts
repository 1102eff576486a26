import type { Findings, MeasureOutcome } from '@nexqloud/device'
import type { DeviceRecord, RawScores } from '@nexqloud/ledger'
import { hasFallen, lowerScores, shareScores } from '@nexqloud/rules'

import { isGivenUp } from './measuring-step.ts'

/** What came of asking a device: `paused` where its owner keeps it from working, nothing where it did not answer as it should. */
export type AskOutcome = MeasureOutcome | 'paused' | undefined

/** Of a device that was there when it was ordered together with others, and not when they began. */
export type MissedStart = {
  /** How many were ordered together, itself among them. */
  readonly among: number
  /** Whether what counts falls by it: then it is the second time in a row. */
  readonly hasFallen: boolean
}

/** What is written on the chain of a device, and why. */
export type Conclusion = {
  /** Nothing where nothing answered until the time was over, which is written as zeros. */
  readonly scores: RawScores | undefined
  readonly findings: Findings | undefined
  readonly missed?: MissedStart
}

/** What a conclusion follows from. */
export type Asking = {
  readonly device: DeviceRecord
  /** What was measured the last time, unless that was accepted. */
  readonly offered: RawScores | undefined
  readonly outcome: AskOutcome
  /** Returns among how many devices what it has is divided: 1 where it was there when they began. */
  readonly countAmong: () => number
  readonly nowSeconds: number
}

/** Returns what is to be written of a device; nothing where it is asked again. */
export function concludeMeasurement(asking: Asking): Conclusion | undefined {
  const { device, outcome, nowSeconds } = asking
  if (outcome !== 'paused' && outcome?.kind === 'measured') {
    return { findings: outcome.findings, scores: outcome.scores, ...divide(outcome.scores, asking) }
  }
  if (!isGivenUp(device, nowSeconds)) return undefined
  if (outcome !== 'paused') return { findings: undefined, scores: undefined }
  // Its order would lapse, and whoever is measured by the next one may be measured alone.
  const divided = divide(device.accepted, asking)
  return divided && { findings: undefined, ...divided }
}

/** Returns what is left of scores where they are divided. */
function divide(
  whole: RawScores,
  { device: { accepted }, offered, countAmong }: Asking,
): Required<Pick<Conclusion, 'scores' | 'missed'>> | undefined {
  const among = countAmong()
  if (among <= 1) return undefined
  const scores = shareScores(whole, among)
  const counted = offered === undefined ? accepted : lowerScores(accepted, offered, scores)
  return {
    scores,
    missed: { among, hasFallen: hasFallen({ alone: accepted.cpu, together: counted.cpu }) },
  }
}

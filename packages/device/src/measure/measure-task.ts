import type { HashRun, MeasureQuestion } from '../protocol/measurement.ts'

type Timed = { readonly question: MeasureQuestion; readonly forMs: number }

/** What a thread does. */
export type MeasureTask =
  | (Timed & { readonly kind: 'hash'; readonly thread: number })
  | (Timed & { readonly kind: 'copy' })
  | (Timed & { readonly kind: 'write'; readonly folder: string })

type Worked = { readonly workedBytes: number; readonly ms: number; readonly proof: string }

/** What each finds. */
export type TaskResults = { readonly hash: HashRun; readonly copy: Worked; readonly write: Worked }

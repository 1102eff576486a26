import type { HashRun, MeasureRequest } from '../protocol/measurement.ts'

/** One piece of a measurement. */
export type MeasureTask =
  | {
      readonly kind: 'hash'
      readonly request: MeasureRequest
      readonly thread: number
      readonly forMs: number
    }
  | { readonly kind: 'copy'; readonly forMs: number }
  | {
      readonly kind: 'write'
      readonly request: MeasureRequest
      readonly folder: string
      readonly forMs: number
    }

/** What each piece finds. */
export type TaskResults = {
  readonly hash: HashRun
  readonly copy: { readonly copiedBytes: number; readonly ms: number }
  readonly write: { readonly writtenBytes: number; readonly ms: number }
}

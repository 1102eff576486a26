/** What sort of failure it is, for whoever turns it into an exit code, an HTTP status or an API error. */
type ErrorKind = 'invalid' | 'notFound' | 'conflict' | 'unavailable' | 'unauthorized' | 'internal'

type ErrorDetails = {
  /** Stable name that programs may rely on, e.g. `KERNEL_ID_INVALID`. */
  readonly code: string
  readonly kind: ErrorKind
  /** What the reader can do about it, as an instruction. */
  readonly hint?: string
  readonly cause?: unknown
}

/** A failure that somebody may handle. The message states what was true; `hint` says what to do. */
export abstract class BaseError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly hint: string | undefined

  constructor(message: string, { code, kind, hint, cause }: ErrorDetails) {
    super(message, cause === undefined ? {} : { cause })
    this.name = new.target.name
    this.code = code
    this.kind = kind
    this.hint = hint
  }
}

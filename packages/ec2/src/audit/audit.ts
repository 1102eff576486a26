/** One call of somebody who is known, once it is answered. No input and no answer is in it: those hold secrets. */
export type AuditEntry = {
  /** ISO 8601, of when it came. */
  readonly at: string
  /** What the answer says in its headers. */
  readonly requestId: string
  /** 12 digits. */
  readonly accountId: string
  /** Who: the ARN of a principal. */
  readonly principal: string
  readonly accessKeyId: string
  /** As it is signed, e.g. `ec2`. */
  readonly service: string
  readonly action: string
  readonly region: string
  readonly sourceAddress: string
  /** `Success`, or the code of the error that was answered. */
  readonly code: string
  /** Ids of what it made. */
  readonly made: readonly string[]
}

/** Told of each call that was answered, in the order of the answers. It neither waits nor throws. */
export type Audit = (entry: AuditEntry) => void

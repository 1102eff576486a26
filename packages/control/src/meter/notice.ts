/** Something that a tenant is told wherever its namespace says, in the shape of Standard Webhooks. */
export type Notice = {
  readonly type: 'runway.short'
  /** ISO 8601. */
  readonly timestamp: string
  readonly data: {
    readonly namespace: string
    readonly account: string
    /** ISO 8601. */
    readonly paidUntil: string
    /** The same in words. */
    readonly message: string
  }
}

/** Sends a notice to a webhook, some time. It never throws, and nobody waits for it: an event in the namespace says the same. */
export type Notify = (webhook: string, notice: Notice) => void

/** Something that a tenant is told wherever its namespace says, in the shape of Standard Webhooks. */
export type Notice = {
  /** ISO 8601. */
  readonly timestamp: string
} & (
  | { readonly type: 'runway.short'; readonly data: Told & { readonly paidUntil: string } }
  | {
      readonly type: 'instance.exporting'
      readonly data: ToldOfInstance & { readonly erasedAt: string }
    }
  | {
      readonly type: 'instance.erased'
      readonly data: ToldOfInstance & { readonly receipt: string }
    }
)

/** Whom it is about. Times are ISO 8601. */
type Told = {
  readonly namespace: string
  readonly account: string
  /** The same in words. */
  readonly message: string
}

type ToldOfInstance = Told & { readonly instance: string }

/** Sends a notice to a webhook, some time. It never throws, and nobody waits for it: an event in the namespace says the same. */
export type Notify = (webhook: string, notice: Notice) => void

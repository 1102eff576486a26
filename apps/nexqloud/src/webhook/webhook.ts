import { randomUUID } from 'node:crypto'

import type { Notice, Notify } from '@nexqloud/control'
import { FairPlaces, type Clock } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import { WebhookFailedError } from './errors.ts'
import { parseWebhook } from './parse-webhook.ts'

/** Sends a body to where it is expected, and returns the status of the answer. Throws where there is none, or the address is no public one. */
export type PostPublicly = (
  url: URL,
  request: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly signal: AbortSignal
  },
) => Promise<number>

/** What notices are sent with. */
export type WebhookOptions = {
  readonly post: PostPublicly
  /** Signs in the masternode's name, as a wallet signs a message (EIP-191). */
  readonly sign: (message: string) => Promise<Hex>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told of each notice that did not arrive. */
  readonly onFailure: (failure: unknown) => void
}

/** Milliseconds before each further attempt. */
const RETRIES_MS = [10_000, 60_000, 300_000, 1_200_000]
/** An answer takes so long at most: milliseconds. */
const TIMEOUT_MS = 10_000
/** So many notices are under way at once, of one account a third of them; what comes beyond is left to the event that says the same. */
const MOST_AT_ONCE = 100

/**
 * Returns what sends notices to webhooks. Nobody waits for it: the event in the namespace says the same. Headers and what is signed are those of
 * Standard Webhooks (`id.timestamp.body`); the signature is the masternode's, whose key the chain knows.
 */
export function createWebhook(options: WebhookOptions): Notify {
  const places = new FairPlaces(MOST_AT_ONCE)
  return (address, notice) => {
    const { account } = notice.data
    if (places.refusal(account) !== undefined) return
    places.take(account)
    void deliver(options, address, notice)
      .catch((failure: unknown) => {
        if (!options.signal.aborted) options.onFailure(failure)
      })
      .finally(() => places.leave(account))
  }
}

async function deliver(options: WebhookOptions, address: string, notice: Notice): Promise<void> {
  const { clock, signal, sign } = options
  const url = parseWebhook(address)
  const body = JSON.stringify(notice)
  const id = randomUUID()
  for (let attempt = 0; ; attempt += 1) {
    const timestamp = String(Math.floor(clock.wallMs() / 1000))
    const signature = await sign(`${id}.${timestamp}.${body}`)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `eip191,${signature}`,
    }
    const failure = await tryOnce(options, url, { headers, body })
    if (failure === undefined) return
    const waitMs = RETRIES_MS[attempt]
    if (waitMs === undefined) throw new WebhookFailedError(address, attempt + 1, failure)
    await clock.delay(waitMs, signal)
    if (signal.aborted) return
  }
}

/** Returns why it did not arrive; nothing where it did. */
async function tryOnce(
  { post, signal }: WebhookOptions,
  url: URL,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<unknown> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const status = await post(url, { ...request, signal: limit })
    return status >= 200 && status < 300 ? undefined : new Error(`It answered ${status}.`)
  } catch (failure) {
    return failure
  }
}

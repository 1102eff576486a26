import type { Clock } from '@nexqloud/kernel'

import type { LinkEndpoint } from './dial-link.ts'
import type { Link } from './link.ts'

/** How long a device waits before it dials again. */
export type BackOff = {
  readonly leastMs: number
  readonly mostMs: number
  /** A link that lived so long was a good one: what comes after it begins with the least wait. */
  readonly stableMs: number
}

/**
 * At most a second after a good link. Never so long that a masternode which is back would call a device dark that only waits
 * for its next attempt: it grants 10 seconds to be dialled. Attempts of 10,000 devices come 2,500 a second then; a
 * handshake takes 0.3 ms.
 */
export const backOffByDefault: BackOff = Object.freeze({
  leastMs: 1000,
  mostMs: 8000,
  stableMs: 10_000,
})

/** What happened to an uplink. */
export type UplinkEvent =
  | { readonly name: 'linked'; readonly endpoint: LinkEndpoint; readonly link: Link }
  | {
      readonly name: 'unlinked'
      readonly endpoint: LinkEndpoint
      readonly link: Link
      readonly error: unknown
    }
  | { readonly name: 'dialFailed'; readonly endpoint: LinkEndpoint; readonly error: unknown }
  | { readonly name: 'endpointsUnknown'; readonly error: unknown }

/** What an uplink stands on. */
export type UplinkParts = {
  /** Whom to dial, best first, as it is known now. Asked before each round. */
  readonly endpoints: () => Promise<readonly LinkEndpoint[]>
  readonly dial: (endpoint: LinkEndpoint, signal: AbortSignal) => Promise<Link>
  readonly clock: Pick<Clock, 'steadyMs' | 'delay'>
  /** From 0 to below 1. */
  readonly random: () => number
  readonly backOff: BackOff
  /** How long streams may go on when the signal aborts. */
  readonly graceMs: number
  readonly onEvent: (event: UplinkEvent) => void
}

/**
 * Keeps one link up until the signal aborts, and resolves when all are over: dials the endpoints in their order, begins anew when the link is over, and waits
 * longer the longer nobody answers, each time by chance, so that a restarted masternode does not meet all devices at once.
 * The endpoint whose link was just over, or is being left while its streams end, comes last in the next round.
 */
export async function runUplink(parts: UplinkParts, signal: AbortSignal): Promise<void> {
  const { clock, backOff, random } = parts
  let failures = 0
  let last: LinkEndpoint | undefined
  const held = new Set<Promise<void>>()
  while (!signal.aborted) {
    const found = await dialFirst(parts, last, signal)
    const sinceMs = clock.steadyMs()
    if (found !== undefined) {
      last = found.endpoint
      const over = holdLink(parts, found, signal).finally(() => held.delete(over))
      held.add(over)
      await found.link.leaving
    }
    const wasStable = found !== undefined && clock.steadyMs() - sinceMs >= backOff.stableMs
    failures = wasStable ? 0 : failures + 1
    const mostMs = Math.min(backOff.mostMs, backOff.leastMs * 2 ** Math.max(0, failures - 1))
    await clock.delay(random() * mostMs, signal)
  }
  await Promise.all(held)
}

type Found = { readonly endpoint: LinkEndpoint; readonly link: Link }

async function dialFirst(
  parts: UplinkParts,
  last: LinkEndpoint | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  for (const endpoint of putLast(await findEndpoints(parts), last)) {
    if (signal.aborted) return undefined
    try {
      return { endpoint, link: await parts.dial(endpoint, signal) }
    } catch (error) {
      if (!signal.aborted) parts.onEvent({ name: 'dialFailed', endpoint, error })
    }
  }
  return undefined
}

async function findEndpoints({
  endpoints,
  onEvent,
}: UplinkParts): Promise<readonly LinkEndpoint[]> {
  try {
    return await endpoints()
  } catch (error) {
    onEvent({ name: 'endpointsUnknown', error })
    return []
  }
}

async function holdLink(
  { onEvent, graceMs }: UplinkParts,
  { endpoint, link }: Found,
  signal: AbortSignal,
): Promise<void> {
  const close = (): void => void link.close(graceMs)
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  onEvent({ name: 'linked', endpoint, link })
  const error = await link.closed
  signal.removeEventListener('abort', close)
  onEvent({ name: 'unlinked', endpoint, link, error })
}

function putLast(
  endpoints: readonly LinkEndpoint[],
  last: LinkEndpoint | undefined,
): readonly LinkEndpoint[] {
  const isLast = ({ keyHash }: LinkEndpoint): boolean => keyHash === last?.keyHash
  return [...endpoints.filter((each) => !isLast(each)), ...endpoints.filter(isLast)]
}

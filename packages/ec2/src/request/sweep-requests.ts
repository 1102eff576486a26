import type { Clock } from '@nexqloud/kernel'
import { StatusError, type KubeClient } from '@nexqloud/kube'

import { requests, type Request } from './request.ts'

/** Source: EC2's API reference, idempotency: a token counts for a day at least. */
const KEPT_MS = 86_400_000
const EVERY_MS = 3_600_000
const PAGE = 500

/** What is swept, and by whose time. */
export type SweepParts = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Takes away requests whose tokens count no more, each hour, until the signal aborts. What is not made yet stays. */
export async function sweepRequests(parts: SweepParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweep(parts).catch(parts.onFailure)
    await parts.clock.delay(EVERY_MS, signal)
  }
}

async function sweep({ client, clock }: SweepParts): Promise<void> {
  let token: string | undefined
  do {
    const page = await client.list(requests, { limit: PAGE, ...(token && { continue: token }) })
    for (const request of page.items) {
      if (isOver(request, clock.wallMs())) await remove(client, request)
    }
    token = page.continue
  } while (token !== undefined)
}

function isOver({ spec, status }: Request, nowMs: number): boolean {
  return status?.isMade === true && nowMs - Date.parse(spec.at) > KEPT_MS
}

async function remove(client: KubeClient, { metadata = {} }: Request): Promise<void> {
  const { namespace = '', name = '' } = metadata
  try {
    await client.delete(requests, { namespace, name })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'NotFound')) throw failure
  }
}

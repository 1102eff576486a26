import type { Clock } from '@nexqloud/kernel'

import type { OwnerCall } from '../device/owner-call.ts'
import { NotRelayedError, RelayLeftError, RelayUnreachableError } from './errors.ts'
import type { RelayDoor } from './relay-door.ts'
import { writeOwnerCall, type RelayAnswer } from './relay-message.ts'

/** Who may relay, and who says whether it is done. */
export type RelayByOneParts = {
  /** In the order in which they are asked. */
  readonly relays: readonly RelayDoor[]
  /** Whether the chain, as the owner's own node knows it, has it. */
  readonly isDone: () => Promise<boolean>
  /** What it waits for; called at each wait. */
  readonly onWait: (text: string) => void
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Between two looks, and for how long one masternode is waited for. */
const LOOK_MS = 500
const PATIENCE_MS = 60_000

type Refused = { readonly reason: string; readonly retryAfterSeconds?: number | undefined }

/**
 * Has the first masternode send a call that does, and returns its name once the chain has it: what a masternode says is believed of none. All get
 * the same call, which the contract takes once.
 *
 * @throws {@link NotRelayedError} where none does; {@link RelayLeftError} where the command was ended.
 */
export async function relayByOne(call: OwnerCall, parts: RelayByOneParts): Promise<string> {
  const body = writeOwnerCall(call)
  const refused: Refused[] = []
  for (const relay of parts.relays) {
    const refusal = await bringUntilDone(relay, body, parts)
    if (refusal === undefined) return relay.name
    refused.push(refusal)
  }
  const waits = refused.flatMap(({ retryAfterSeconds: each }) => (each === undefined ? [] : [each]))
  throw new NotRelayedError(
    refused.map(({ reason }) => reason),
    waits.length === 0 ? undefined : Math.min(...waits),
  )
}

async function bringUntilDone(
  relay: RelayDoor,
  body: Uint8Array,
  { isDone, onWait, clock, signal }: RelayByOneParts,
): Promise<Refused | undefined> {
  const endMs = clock.steadyMs() + PATIENCE_MS
  const { name } = relay
  while (clock.steadyMs() < endMs) {
    if (signal.aborted) throw new RelayLeftError()
    onWait(`${name} sends it ...`)
    const answer = await bring(relay, body, signal)
    // Whatever it says: another masternode, or its answer before this one, may have brought it there.
    if (await isDone()) return undefined
    if (answer.state === 'refused' && answer.code !== 'busy') {
      return { ...answer, reason: `${name}: ${answer.message}` }
    }
    await clock.delay(LOOK_MS, signal)
  }
  return { reason: `${name}: it says that it sends it, and the chain does not have it.` }
}

async function bring(
  relay: RelayDoor,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  try {
    return await relay.bring(body, signal)
  } catch (failure) {
    if (signal.aborted) throw new RelayLeftError()
    if (!(failure instanceof RelayUnreachableError)) throw failure
    const problem = failure.message.slice(relay.name.length + 2)
    return { state: 'refused', code: 'unavailable', message: problem }
  }
}

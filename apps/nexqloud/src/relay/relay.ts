import { FairPlaces, type Clock } from '@nexqloud/kernel'
import { findExceeded, type Deed } from '@nexqloud/rules'
import type { PublicPosts } from '@nexqloud/tunnel'
import type { Logger } from 'pino'
import type { Hex } from 'viem'

import { digestOf, recoverSigner, type OwnerCall } from '../device/owner-call.ts'
import { RevertedError, StillPendingError } from '../transaction/errors.ts'
import type { CallStanding } from './call-standing.ts'
import { askedLimits, relayedLimits } from './relay-limits.ts'
import {
  parseOwnerCall,
  RELAY_PATH,
  relayRefusals,
  writeRelayAnswer,
  type RelayAnswer,
  type RelayRefusal,
} from './relay-message.ts'
import { explainRefusal, refuse, refusals } from './relay-refusal.ts'

/** What a relay does on the chain, in the name and at the cost of its masternode. */
export type RelayLedger = {
  /** Returns how the chain stands to a call; nothing where it is about a device that never was. */
  readonly readStanding: (call: OwnerCall) => Promise<CallStanding | undefined>
  /** Throws `RefusedError` where a contract would refuse it now. */
  readonly tryCall: (call: OwnerCall) => Promise<void>
  /** Whether the masternode has enough left for what it does in its own name. */
  readonly canAfford: () => Promise<boolean>
  /** Resolves with the transaction's hash once it is in a block. Throws `RevertedError` where it was paid for and came to nothing. */
  readonly send: (call: OwnerCall) => Promise<Hex>
}

/** What a relay stands on. */
export type RelayParts = {
  readonly ledger: RelayLedger
  readonly chainId: number
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Calls that are looked at or on their way at once. */
const PLACES = 48
/** Whoever waits is answered before a door takes it for gone; what was sent by then is told when it is brought again. */
const ANSWER_MS = 8000
/** What is sent later than this may be too late in its block. */
const LEAST_VALID_SECONDS = 60n

type Asked = Deed<keyof typeof askedLimits.most>
type Relayed = Deed<keyof typeof relayedLimits.most>
type MutableDeed<Of> = { -readonly [Name in keyof Of]: Of[Name] }

type Relay = RelayParts & {
  readonly places: FairPlaces
  asked: readonly Asked[]
  relayed: readonly Relayed[]
  /** What becomes of each call, by what was signed; forgotten with the span in which it counts. */
  readonly answers: Map<Hex, { readonly at: number; readonly answer: Promise<RelayAnswer> }>
  /** A call of theirs is on its way: their next one has another number. */
  readonly busy: Set<string>
}

/**
 * Returns what takes owners' signed calls from anybody, and sends those that the chain would take, within limits. The same call brought
 * again gets the same answer, and is not sent again.
 */
export function createRelay(parts: RelayParts): PublicPosts {
  const relay: Relay = {
    ...parts,
    places: new FairPlaces(PLACES),
    asked: [],
    relayed: [],
    answers: new Map(),
    busy: new Set(),
  }
  return async ({ path, body, client }) => {
    if (path !== RELAY_PATH) return undefined
    const answer = await takeCall(relay, body, client)
    if (answer.state !== 'refused') {
      return { status: answer.state === 'sent' ? 202 : 200, body: writeRelayAnswer(answer) }
    }
    const { code, retryAfterSeconds } = answer
    return {
      status: relayRefusals[code],
      body: writeRelayAnswer(answer),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
  }
}

async function takeCall(relay: Relay, body: Uint8Array, client: string): Promise<RelayAnswer> {
  const at = relay.clock.steadyMs() / 1000
  const exceeded = countAsked(relay, { at, by: { client, masternode: '' } })
  if (exceeded !== undefined) return exceeded
  const call = parseOwnerCall(body)
  if (call === undefined) return refusals.malformed
  const digest = digestOf(call, relay.chainId)
  const known = relay.answers.get(digest)
  if (known !== undefined) return firstOf(relay, known.answer)
  if (relay.places.refusal(client) !== undefined) return refusals.full
  relay.places.take(client)
  const answer = relayCall(relay, call, { at, client }).finally(() => relay.places.leave(client))
  relay.answers.set(digest, { at, answer })
  void forgetUnsent(relay, digest, answer)
  return firstOf(relay, answer)
}

/** What was not sent is looked at anew when it is brought again. */
async function forgetUnsent(
  { answers }: Relay,
  digest: Hex,
  answer: Promise<RelayAnswer>,
): Promise<void> {
  const found = await answer
  const wasSent = found.state === 'refused' ? found.code === 'reverted' : found.state !== 'done'
  if (!wasSent) answers.delete(digest)
}

/** What was asked counts whatever comes of it; what is old is forgotten. */
function countAsked(relay: Relay, asked: Asked): RelayRefusal | undefined {
  relay.asked = relay.asked.filter(({ at }) => at > asked.at - askedLimits.spanSeconds)
  const spanStart = asked.at - relayedLimits.spanSeconds
  relay.relayed = relay.relayed.filter(({ at }) => at > spanStart)
  for (const [digest, { at }] of relay.answers) {
    if (at <= spanStart) relay.answers.delete(digest)
  }
  const exceeded = findExceeded(asked, relay.asked, askedLimits)
  if (exceeded !== undefined) return explainRefusal(exceeded, askedLimits)
  relay.asked = [...relay.asked, asked]
  return undefined
}

async function firstOf({ clock }: Relay, answer: Promise<RelayAnswer>): Promise<RelayAnswer> {
  const over = new AbortController()
  const late = clock.delay(ANSWER_MS, over.signal).then(() => ({ state: 'sent' }) as const)
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}

type Bringing = { readonly at: number; readonly client: string }

async function relayCall(relay: Relay, call: OwnerCall, bringing: Bringing): Promise<RelayAnswer> {
  try {
    const signer = await recoverSigner(call, relay.chainId)
    if (signer === undefined) return refusals.signature
    if (relay.busy.has(signer)) return refusals.busy
    relay.busy.add(signer)
    try {
      return await judgeAndSend(relay, call, { ...bringing, signer })
    } finally {
      relay.busy.delete(signer)
    }
  } catch (error) {
    relay.log.warn({ err: error }, 'notRelayed')
    return refuse(error)
  }
}

async function judgeAndSend(
  relay: Relay,
  call: OwnerCall,
  { at, client, signer }: Bringing & { readonly signer: string },
): Promise<RelayAnswer> {
  const { ledger, clock } = relay
  const standing = await ledger.readStanding(call)
  if (standing === undefined) return refusals.unknown
  if (standing.isDone) return { state: 'done' }
  if (standing.owner !== signer) return refusals.signature
  if (standing.hasCode) return refusals.contract
  if (standing.nonce !== call.nonce) return refusals.nonce
  const now = BigInt(Math.floor(clock.wallMs() / 1000))
  if (call.deadline < now + LEAST_VALID_SECONDS) return refusals.deadline
  await ledger.tryCall(call)
  if (!(await ledger.canAfford())) return refusals.poor
  const by = { client, owner: signer, key: standing.key.toString(), masternode: '' }
  const deed: MutableDeed<Relayed> = { at, by }
  const exceeded = findExceeded(deed, relay.relayed, relayedLimits)
  if (exceeded !== undefined) return explainRefusal(exceeded, relayedLimits)
  return send(relay, call, deed)
}

async function send(
  relay: Relay,
  call: OwnerCall,
  deed: MutableDeed<Relayed>,
): Promise<RelayAnswer> {
  const { ledger, log } = relay
  relay.relayed = [...relay.relayed, deed]
  try {
    const hash = await ledger.send(call)
    log.info({ kind: call.kind, ...deed.by, hash }, 'relayed')
    return { state: 'included', hash }
  } catch (error) {
    if (error instanceof StillPendingError) return { state: 'sent' }
    if (error instanceof RevertedError) {
      // It was paid for: this owner and this key are trusted no more for a while.
      deed.hasFailed = true
    } else {
      relay.relayed = relay.relayed.filter((each) => each !== deed)
    }
    throw error
  }
}

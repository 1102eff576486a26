import { FairPlaces, siteOf, type Address, type Clock } from '@nexqloud/kernel'
import { findExceeded, isAffordable, type Deed, type RelayMeans } from '@nexqloud/rules'
import type { PublicPosts } from '@nexqloud/tunnel'
import type { Logger } from 'pino'
import type { Hex } from 'viem'

import { digestOf, recoverSigner, type OwnerCall } from '../device/owner-call.ts'
import { RefusedError, RevertedError, StillPendingError } from '../transaction/errors.ts'
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
  /** What the masternode has, and what one more call costs it at most: wei. */
  readonly readMeans: () => Promise<Pick<RelayMeans, 'balance' | 'cost'>>
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
type Relayed = Deed<keyof typeof relayedLimits.most> & Pick<RelayMeans, 'cost'>
type MutableDeed<Of> = { -readonly [Name in keyof Of]: Of[Name] }

type Relay = RelayParts & {
  readonly places: FairPlaces
  asked: readonly Asked[]
  relayed: readonly Relayed[]
  /** What becomes of each call, by what was signed and by whom; forgotten with the span in which it counts. */
  readonly answers: Map<string, { readonly at: number; readonly answer: Promise<RelayAnswer> }>
  /** A call of theirs is on its way: their next one has another number. */
  readonly busy: Set<Address>
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
  const exceeded = countAsked(relay, { at, by: { client, site: siteOf(client), masternode: '' } })
  if (exceeded !== undefined) return exceeded
  const call = parseOwnerCall(body)
  if (call === undefined) return refusals.malformed
  const signer = await recoverSigner(call, relay.chainId)
  if (signer === undefined) return refusals.signature
  // By the signer, too: who knows what an owner signs, and has no signature of it, stands in nobody's way.
  const name = `${digestOf(call, relay.chainId)} ${signer}`
  const known = relay.answers.get(name)
  if (known !== undefined) return firstOf(relay, known.answer)
  const site = siteOf(client)
  if (relay.places.refusal(site) !== undefined) return refusals.full
  relay.places.take(site)
  const bringing = { at, client, signer }
  const answer = relayCall(relay, call, bringing).finally(() => relay.places.leave(site))
  relay.answers.set(name, { at, answer })
  void forgetUnsent(relay, name, answer)
  return firstOf(relay, answer)
}

/** What was not sent is looked at anew when it is brought again. */
async function forgetUnsent(
  { answers }: Relay,
  name: string,
  answer: Promise<RelayAnswer>,
): Promise<void> {
  const found = await answer
  const wasSent = found.state === 'refused' ? found.code === 'reverted' : found.state !== 'done'
  if (!wasSent) answers.delete(name)
}

/** What was asked counts whatever comes of it; what is old is forgotten. */
function countAsked(relay: Relay, asked: Asked): RelayRefusal | undefined {
  relay.asked = relay.asked.filter(({ at }) => at > asked.at - askedLimits.spanSeconds)
  const spanStart = asked.at - relayedLimits.spanSeconds
  relay.relayed = relay.relayed.filter(({ at }) => at > spanStart)
  for (const [name, { at }] of relay.answers) {
    if (at <= spanStart) relay.answers.delete(name)
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

type Bringing = { readonly at: number; readonly client: string; readonly signer: Address }

async function relayCall(relay: Relay, call: OwnerCall, bringing: Bringing): Promise<RelayAnswer> {
  const { busy, ledger, log } = relay
  const { signer } = bringing
  try {
    const standing = await ledger.readStanding(call)
    if (standing === undefined) return refusals.unknown
    const settled = judge(relay, call, { standing, signer })
    if (settled !== undefined) return settled
    busy.add(signer)
    try {
      return await tryAndSend(relay, call, { ...bringing, key: standing.key })
    } finally {
      busy.delete(signer)
    }
  } catch (error) {
    // What a contract refuses is a stranger's affair, and strangers would fill the log.
    if (!(error instanceof RefusedError)) log.warn({ err: error }, 'notRelayed')
    return refuse(error)
  }
}

/** Returns what is to be said of a call that is not to be sent. One that was signed long ago is known to everybody: it keeps its owner from nothing. */
function judge(
  { busy, clock }: Relay,
  { nonce, deadline }: OwnerCall,
  { standing, signer }: { readonly standing: CallStanding; readonly signer: Address },
): RelayAnswer | undefined {
  if (standing.isDone) return { state: 'done' }
  if (standing.owner !== signer) return refusals.signature
  if (standing.hasCode) return refusals.contract
  if (busy.has(signer)) return refusals.busy
  if (standing.nonce !== nonce) return refusals.nonce
  const now = BigInt(Math.floor(clock.wallMs() / 1000))
  return deadline < now + LEAST_VALID_SECONDS ? refusals.deadline : undefined
}

async function tryAndSend(
  relay: Relay,
  call: OwnerCall,
  { at, client, signer, key }: Bringing & { readonly key: bigint },
): Promise<RelayAnswer> {
  const { ledger } = relay
  await ledger.tryCall(call)
  const means = await ledger.readMeans()
  const spent = relay.relayed.reduce((sum, { cost }) => sum + cost, 0n)
  if (!isAffordable({ ...means, spent })) return refusals.poor
  const site = siteOf(client)
  const by = { client, site, owner: signer, key: key.toString(), masternode: '' }
  const deed: MutableDeed<Relayed> = { at, by, cost: means.cost }
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

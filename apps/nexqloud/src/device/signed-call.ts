import { parseAddress, type DeviceId } from '@nexqloud/kernel'
import {
  readDeviceOfKey,
  type Acceptance,
  type RawScores,
  type Registration,
} from '@nexqloud/ledger'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import type { Deliver } from './deliver.ts'
import { signWish, type OwnerCall } from './owner-call.ts'

/** A signature counts so long: anybody may send it. */
const VALID_SECONDS = 3600n

/** Who signs, and how what is signed gets onto the chain. */
export type Owner = { readonly sender: Sender; readonly deliver: Deliver }

/**
 * Registers a device in the name of the wallet that signs, and returns its number.
 *
 * It throws as its {@link Deliver} does.
 */
export async function registerDevice(
  session: Session,
  { sender, deliver }: Owner,
  wanted: Pick<Registration, 'key' | 'tlsKeyHash' | 'region'>,
): Promise<DeviceId> {
  const once = await readOnce(session, sender)
  await deliver(sender, await signRegistration(session, sender, { ...wanted, ...once }))
  const record = await readChain(readDeviceOfKey(session.ledger, wanted.key))
  if (record === undefined) throw new TypeError('A device was registered, and its key has none.')
  return record.id
}

/** Returns what registers a device in the name of the wallet that signs. */
export async function signRegistration(
  { chain }: Pick<Session, 'chain'>,
  { account }: Sender,
  wanted: Omit<Registration, 'owner'>,
): Promise<OwnerCall> {
  const owner = parseAddress(account.address)
  return signWish({ kind: 'register', ...wanted, owner }, account, chain.id)
}

/**
 * Accepts scores that were offered: the device becomes active.
 *
 * It throws as its {@link Deliver} does.
 */
export async function acceptScores(
  session: Session,
  { sender, deliver }: Owner,
  { device, scores }: { readonly device: DeviceId; readonly scores: RawScores },
): Promise<void> {
  const once = await readOnce(session, sender)
  await deliver(sender, await signAcceptance(session, sender, { device, scores, ...once }))
}

/** Returns what accepts scores in the name of the wallet that signs. */
export async function signAcceptance(
  { chain }: Pick<Session, 'chain'>,
  { account }: Sender,
  acceptance: Acceptance,
): Promise<OwnerCall> {
  return signWish({ kind: 'accept', ...acceptance }, account, chain.id)
}

/**
 * Retires a device for good; its digital key and its TLS key are free.
 *
 * It throws as its {@link Deliver} does.
 */
export async function retireDevice(
  session: Session,
  { sender, deliver }: Owner,
  device: DeviceId,
): Promise<void> {
  const once = await readOnce(session, sender)
  const wish = { kind: 'retire', device, ...once } as const
  await deliver(sender, await signWish(wish, sender.account, session.chain.id))
}

/** Returns the next number that an owner signs with, and until when that counts. */
export async function readOnce({ ledger, shell }: Session, { account }: Sender) {
  const [nonce, { timestamp }] = await Promise.all([
    readChain(ledger.devices.read.nonces([account.address])),
    ledger.client.getBlock(),
  ])
  // A chain without work has no new block: its next one has a time of its own.
  const wall = BigInt(Math.floor(shell.clock.wallMs() / 1000))
  return { nonce, deadline: (wall > timestamp ? wall : timestamp) + VALID_SECONDS }
}

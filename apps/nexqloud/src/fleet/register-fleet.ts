import { parseAddress } from '@nexqloud/kernel'
import { contracts, type DeviceIndex, type DeviceRecord } from '@nexqloud/ledger'
import type { TlsIdentity } from '@nexqloud/tunnel'
import { encodeFunctionData, parseEventLogs, stringToHex } from 'viem'

import { findFreeKeys, readKeyPrice } from '../device/choose-key.ts'
import { ownerCallToIntent } from '../device/owner-call.ts'
import { readOnce, signRegistration } from '../device/signed-call.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { awaitSent } from '../transaction/await-sent.ts'
import { sendBatch } from '../transaction/send-batch.ts'
import type { Sender } from '../transaction/sender.ts'
import { FleetKeysMissingError } from './errors.ts'

/** A device of a fleet, as the chain knows it. */
export type FleetMember = { readonly identity: TlsIdentity; readonly record: DeviceRecord }

/** Whose devices are registered. */
export type FleetRegistration = {
  readonly sender: Sender
  readonly identities: readonly TlsIdentity[]
  readonly index: DeviceIndex
  readonly region: string
  readonly onStep: (what: string) => void
}

/** A price may rise before the last key is bought; what is paid too much comes back. Percent. */
const MARGIN = 150n
const { abi, address } = contracts.digitalKeys

/**
 * Returns the devices of a fleet, each registered on the chain. Goes on where an earlier call was ended: what the chain knows already is not paid
 * for again.
 *
 * @throws as {@link sendBatch} does; {@link FleetKeysMissingError}.
 */
export async function registerFleet(
  session: Session,
  fleet: FleetRegistration,
): Promise<readonly FleetMember[]> {
  // A call that was killed may have bought keys that no block shows yet.
  await awaitSent(session, fleet.sender)
  const before = await findMembers(fleet)
  const known = new Set(before.map(({ identity }) => identity))
  const missing = fleet.identities.filter((identity) => !known.has(identity))
  if (missing.length === 0) return before
  await register(session, fleet, missing)
  return findMembers(fleet)
}

async function findMembers({
  identities,
  index,
  sender,
}: FleetRegistration): Promise<readonly FleetMember[]> {
  const owner = parseAddress(sender.account.address)
  const found = await Promise.all(
    identities.map(async (identity) => {
      const record = await readChain(index.find(identity.keyHash))
      return record?.owner === owner ? [{ identity, record }] : []
    }),
  )
  return found.flat()
}

async function register(
  session: Session,
  { sender, region, onStep }: FleetRegistration,
  missing: readonly TlsIdentity[],
): Promise<void> {
  const keys = await takeKeys(session, { sender, count: missing.length, onStep })
  const once = await readOnce(session, sender)
  const calls = await Promise.all(
    pairKeys(missing, keys).map(({ identity, key }, index) =>
      signRegistration(session, sender, {
        key,
        tlsKeyHash: identity.keyHash,
        region: stringToHex(region, { size: 32 }),
        nonce: once.nonce + BigInt(index),
        deadline: once.deadline,
      }),
    ),
  )
  const intents = calls.map(ownerCallToIntent)
  await sendBatch(session, { sender, intents }, (done) =>
    onStep(`${done} of ${missing.length} registered`),
  )
}

/**
 * Returns devices that are to be registered, each with a key of its own.
 *
 * @throws {@link FleetKeysMissingError}
 */
export function pairKeys<Identity>(
  identities: readonly Identity[],
  keys: readonly bigint[],
): readonly { readonly identity: Identity; readonly key: bigint }[] {
  return identities.map((identity, index) => {
    const key = keys[index]
    if (key !== undefined) return { identity, key }
    throw new FleetKeysMissingError({ devices: identities.length, keys: keys.length })
  })
}

type KeysWanted = Pick<FleetRegistration, 'sender' | 'onStep'> & { readonly count: number }

/** Returns as many digital keys that activate nothing: those that the wallet has, and others that are bought. */
async function takeKeys(
  session: Session,
  { sender, count, onStep }: KeysWanted,
): Promise<readonly bigint[]> {
  const owner = parseAddress(sender.account.address)
  const free = await findFreeKeys(session.ledger, owner)
  const missing = Math.max(0, count - free.length)
  if (missing === 0) return free
  const value = ((await readKeyPrice(session.ledger)) * MARGIN) / 100n
  const data = encodeFunctionData({ abi, functionName: 'buy', args: [owner] })
  const intents = Array.from({ length: missing }, () => ({
    to: parseAddress(address),
    data,
    value,
  }))
  const receipts = await sendBatch(session, { sender, intents }, (done) =>
    onStep(`${done} of ${missing} keys bought`),
  )
  const logs = receipts.flatMap((receipt) => receipt.logs)
  const bought = parseEventLogs({ abi, eventName: 'KeyBought', logs })
  return [...free, ...bought.map(({ args }) => args.key)]
}

import { parseAddress, type DeviceId } from '@nexqloud/kernel'
import {
  acceptanceData,
  contracts,
  registrationData,
  retirementData,
  type Acceptance,
  type RawScores,
  type Registration,
} from '@nexqloud/ledger'
import { encodeFunctionData, parseEventLogs, type Hex } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import type { Intent } from '../transaction/intent.ts'
import { sendTransaction } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'

const { abi, address } = contracts.devices
/** A signature counts so long: anybody may send it. */
const VALID_SECONDS = 3600n

/**
 * Registers a device in the name of the wallet that signs and sends, and returns its number.
 *
 * @throws as {@link sendTransaction} does.
 */
export async function registerDevice(
  session: Session,
  sender: Sender,
  wanted: Pick<Registration, 'key' | 'tlsKeyHash' | 'region'>,
): Promise<DeviceId> {
  const once = await readOnce(session, sender)
  const intent = await signRegistration(session, sender, { ...wanted, ...once })
  const { logs } = await sendTransaction(session, sender, intent)
  const [registered] = parseEventLogs({ abi, eventName: 'DeviceRegistered', logs })
  if (registered === undefined)
    throw new TypeError('A device was registered, and no event names it.')
  return registered.args.device as DeviceId
}

/** Returns what registers a device in the name of the wallet that signs. */
export async function signRegistration(
  { chain }: Pick<Session, 'chain'>,
  { account }: Sender,
  wanted: Omit<Registration, 'owner'>,
): Promise<Intent> {
  const registration = { ...wanted, owner: parseAddress(account.address) }
  const signature = await account.signTypedData(registrationData(chain.id, registration))
  return call(
    encodeFunctionData({ abi, functionName: 'register', args: [registration, signature] }),
  )
}

/**
 * Accepts scores that were offered: the device becomes active.
 *
 * @throws as {@link sendTransaction} does.
 */
export async function acceptScores(
  session: Session,
  sender: Sender,
  { device, scores }: { readonly device: DeviceId; readonly scores: RawScores },
): Promise<void> {
  const once = await readOnce(session, sender)
  const intent = await signAcceptance(session, sender, { device, scores, ...once })
  await sendTransaction(session, sender, intent)
}

/** Returns what accepts scores in the name of the wallet that signs. */
export async function signAcceptance(
  { chain }: Pick<Session, 'chain'>,
  { account }: Sender,
  acceptance: Acceptance,
): Promise<Intent> {
  const { device, scores, deadline } = acceptance
  const signature = await account.signTypedData(acceptanceData(chain.id, acceptance))
  const args = [device, scores, deadline, signature] as const
  return call(encodeFunctionData({ abi, functionName: 'accept', args }))
}

/**
 * Retires a device for good; its digital key and its TLS key are free.
 *
 * @throws as {@link sendTransaction} does.
 */
export async function retireDevice(
  session: Session,
  sender: Sender,
  device: DeviceId,
): Promise<void> {
  const once = await readOnce(session, sender)
  const signature = await sender.account.signTypedData(
    retirementData(session.chain.id, { device, ...once }),
  )
  const args = [device, once.deadline, signature] as const
  const data = encodeFunctionData({ abi, functionName: 'retire', args })
  await sendTransaction(session, sender, call(data))
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

function call(data: Hex): Intent {
  return { to: parseAddress(address), data }
}

import { parseAddress, type DeviceId } from '@nexqloud/kernel'
import {
  acceptanceData,
  contracts,
  registrationData,
  retirementData,
  type RawScores,
  type Registration,
} from '@nexqloud/ledger'
import { encodeFunctionData, parseEventLogs, type Hex, type TransactionReceipt } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
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
  const owner = parseAddress(sender.account.address)
  const registration = { ...wanted, owner, ...(await readOnce(session, sender)) }
  const signature = await sender.account.signTypedData(
    registrationData(session.chain.id, registration),
  )
  const data = encodeFunctionData({
    abi,
    functionName: 'register',
    args: [registration, signature],
  })
  const { logs } = await send(session, sender, data)
  const [registered] = parseEventLogs({ abi, eventName: 'DeviceRegistered', logs })
  if (registered === undefined)
    throw new TypeError('A device was registered, and no event names it.')
  return registered.args.device as DeviceId
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
  const signature = await sender.account.signTypedData(
    acceptanceData(session.chain.id, { device, scores, ...once }),
  )
  const args = [device, scores, once.deadline, signature] as const
  await send(session, sender, encodeFunctionData({ abi, functionName: 'accept', args }))
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
  await send(session, sender, encodeFunctionData({ abi, functionName: 'retire', args }))
}

async function readOnce({ ledger, shell }: Session, { account }: Sender) {
  const [nonce, { timestamp }] = await Promise.all([
    readChain(ledger.devices.read.nonces([account.address])),
    ledger.client.getBlock(),
  ])
  // A chain without work has no new block: its next one has a time of its own.
  const wall = BigInt(Math.floor(shell.clock.wallMs() / 1000))
  return { nonce, deadline: (wall > timestamp ? wall : timestamp) + VALID_SECONDS }
}

function send(session: Session, sender: Sender, data: Hex): Promise<TransactionReceipt> {
  return sendTransaction(session, sender, { to: parseAddress(address), data })
}

import { readServingMasternodes, type HostPort } from '@nexqloud/ledger'

import { readStanding } from '../relay/call-standing.ts'
import { createHttpsRelay } from '../relay/https-relay.ts'
import { relayByOne } from '../relay/relay-by-one.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { FundsTooLowError } from '../transaction/errors.ts'
import { sendTransaction } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'
import { ownerCallToIntent, type OwnerCall } from './owner-call.ts'

/**
 * Gets onto the chain what the owner of a device has signed, and resolves once it is so.
 *
 * It throws as {@link sendTransaction} and {@link relayByOne} do.
 */
export type Deliver = (sender: Sender, call: OwnerCall) => Promise<void>

/** What an owner may ask for. */
export type RelayOptions = {
  /** A masternode sends what is signed, also where the wallet could. */
  readonly relay?: boolean
}

/** How it gets there. */
export type DeliveryWish = {
  /** Whether a masternode sends it also where the wallet could. */
  readonly relay?: boolean | undefined
  /** Where a masternode is dialled, whatever the chain says; its key stays the chain's. */
  readonly dialAt?: HostPort | undefined
  /** What was done, in words; called where a masternode did it. */
  readonly onRelayed: (text: string) => unknown
}

/** Returns what sends from the wallet that signs, and has a masternode do so where that has too little for the fee, or it is wished. */
export function createDeliver(session: Session, wish: DeliveryWish): Deliver {
  return async (sender, call) => {
    if (wish.relay === true) return relay(session, { call, wish, why: 'as you wish' })
    try {
      await sendTransaction(session, sender, ownerCallToIntent(call))
    } catch (failure) {
      if (!(failure instanceof FundsTooLowError)) throw failure
      const { name, address } = sender.wallet
      const balance = await readChain(session.ledger.client.getBalance({ address }))
      await relay(session, { call, wish, why: `${name} has ${showNxq(balance)}` })
    }
  }
}

type Relaying = {
  readonly call: OwnerCall
  readonly wish: DeliveryWish
  /** For whoever reads. */
  readonly why: string
}

const deeds: Readonly<Record<OwnerCall['kind'], string>> = {
  register: 'registration',
  accept: 'acceptance',
  retire: 'retirement',
}

async function relay(session: Session, { call, wish, why }: Relaying): Promise<void> {
  const { ledger, shell } = session
  const masternodes = await readChain(readServingMasternodes(ledger))
  const name = await relayByOne(call, {
    relays: masternodes.map((each) => createHttpsRelay(each, wish.dialAt)),
    isDone: async () => (await readStanding(ledger, call))?.isDone === true,
    onWait: (text) => shell.printer.status(text),
    clock: shell.clock,
    signal: shell.signal,
  })
  shell.printer.status('')
  wish.onRelayed(`${deeds[call.kind]}, sent and paid for by ${name}: ${why}`)
}

import { readFeeOffer } from '@nexqloud/ledger'
import type { PublicPosts } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { ownerCallToIntent } from '../device/owner-call.ts'
import type { SendInTurn } from '../masternode/send-queue.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { tryIntent } from '../transaction/intent.ts'
import type { Sender } from '../transaction/sender.ts'
import { readStanding } from './call-standing.ts'
import { createRelay, type RelayLedger } from './relay.ts'

/** A call takes less: a registration, which takes most, some 260,000. */
export const RELAY_GAS = 400_000n
/** In whose name a relay sends. */
export type ChainRelayParts = {
  readonly sender: Sender
  /** The masternode's one queue: nobody else sends with its key. */
  readonly send: SendInTurn
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Returns a relay that sends and pays as a masternode. */
export function createChainRelay(session: Session, parts: ChainRelayParts): PublicPosts {
  const { chain, shell } = session
  const { log } = parts
  const ledger = createChainLedger(session, parts)
  return createRelay({ ledger, chainId: chain.id, clock: shell.clock, log })
}

function createChainLedger(session: Session, { sender, send }: ChainRelayParts): RelayLedger {
  const { ledger } = session
  const { client } = ledger
  return {
    readStanding: (call) => readStanding(ledger, call),
    tryCall: (call) => tryIntent(session, sender, ownerCallToIntent(call)),
    readMeans: async () => {
      const [{ maxFeePerGas }, balance] = await Promise.all([
        readChain(readFeeOffer(ledger)),
        readChain(client.getBalance({ address: sender.account.address })),
      ])
      return { balance, cost: RELAY_GAS * maxFeePerGas }
    },
    send: async (call) => (await send(ownerCallToIntent(call))).transactionHash,
  }
}

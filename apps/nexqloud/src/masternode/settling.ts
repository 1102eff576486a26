import { createSettler, type SettlementNews } from '@nexqloud/control'
import { formatNxq } from '@nexqloud/kernel'
import type { RecordOptions } from '@nexqloud/masternode'
import type { PublicPages, TlsIdentity, TlsKeyHash } from '@nexqloud/tunnel'
import type { Logger } from 'pino'
import type { LocalAccount } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { createChainSettlement } from './chain-settlement.ts'
import { createPeerKeys } from './peer-keys.ts'
import type { SendInTurn } from './send-queue.ts'
import { createSettlementFiles } from './settlement-files.ts'
import { createSettlementKey } from './settlement-key.ts'
import { createSettlementPages } from './settlement-pages.ts'
import { createSettlementPeers } from './settlement-peers.ts'

/** What a masternode settles with. */
export type SettlingParts = {
  readonly session: Session
  readonly record: Pick<RecordOptions, 'masternode' | 'calendar' | 'shelf'>
  readonly account: LocalAccount
  /** As whom other masternodes are asked. */
  readonly identity: TlsIdentity
  readonly send: SendInTurn
  readonly log: Logger
  /** Ends what is asked of other masternodes. */
  readonly signal: AbortSignal
}

/** A masternode's part in settling periods. */
export type Settling = {
  /** What everybody may read of it. */
  readonly pages: PublicPages
  /** Whose readings wait for no stranger's. */
  readonly isPeer: (keyHash: TlsKeyHash) => boolean
  /** Settles until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Returns a masternode's part in settling what it has a record of. */
export async function openSettling({
  session,
  record,
  account,
  identity,
  send,
  log,
  signal,
}: SettlingParts): Promise<Settling> {
  const { ledger, chain, shell } = session
  const { shelf, calendar } = record
  const chainLedger = await createChainSettlement({ ledger, chainId: chain.id, calendar, send })
  const { postingSeconds } = chainLedger
  const countDevices = async () => Number(await readChain(ledger.devices.read.deviceCount()))
  const files = createSettlementFiles({ ...record, countDevices })
  const peers = createSettlementPeers(ledger, { postingSeconds, identity, signal })
  const settler = createSettler({
    ledger: chainLedger,
    peers,
    files,
    key: createSettlementKey(account, chain.id),
    tell: (news) => tellNews(log, news),
    clock: shell.clock,
    onFailure: (err) => log.warn({ err }, 'periodNotSettled'),
  })
  const keys = createPeerKeys({ ledger, clock: shell.clock, log })
  return {
    pages: createSettlementPages({ shelf, settler }),
    isPeer: keys.has,
    run: async (running) => void (await Promise.all([settler.run(running), keys.run(running)])),
  }
}

const eventOf: Readonly<Record<SettlementNews['event'], string>> = {
  filed: 'filePosted',
  held: 'holdersPosted',
  signed: 'rootSigned',
  rooted: 'rootPosted',
  settled: 'periodSettled',
  skipped: 'periodSkipped',
  differs: 'rootDiffers',
}

function tellNews(log: Logger, { event, ...news }: SettlementNews): void {
  const fields = 'rewards' in news ? { ...news, rewards: `${formatNxq(news.rewards)} NXQ` } : news
  if (event === 'differs') log.warn(fields, eventOf[event])
  else log.info(fields, eventOf[event])
}

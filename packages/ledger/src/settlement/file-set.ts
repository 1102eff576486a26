import { parseMasternodeId, type MasternodeId } from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { settlement as contract } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { readPages } from '../registry/log-pages.ts'
import type { MasternodeReader } from '../registry/masternode.ts'
import type { PeriodBlocks } from './period-blocks.ts'

/** What is asked of a ledger here. */
export type FileSetReader = MasternodeReader & {
  readonly settlement: Pick<Ledger<undefined>['settlement'], 'read' | 'getEvents'>
}

/** What a masternode committed to. */
export type PostedFile = { readonly masternode: MasternodeId; readonly hash: Hex }

const { abi } = contract
const eventName = 'FilePosted'

/** Returns the files that were posted of a period, rising by masternode: those that a quorum holds, and the others. */
export async function readPostedFiles(
  reader: FileSetReader,
  { period, start, end }: PeriodBlocks,
): Promise<{ readonly files: readonly PostedFile[]; readonly unheld: readonly PostedFile[] }> {
  const blockNumber = end.number
  const set = await explained(reader.settlement.read.fileSet([BigInt(period)], { blockNumber }))
  const posted: (PostedFile & { readonly isHeld: boolean })[] = []
  const pages = readPages(
    (page) => reader.settlement.getEvents.FilePosted({ period: BigInt(period) }, page),
    { fromBlock: start.number, toBlock: end.number },
  )
  for await (const { logs } of pages) {
    for (const { args, blockNumber: postedIn } of parseEventLogs({ abi, eventName, logs })) {
      // In a later block it may have left, and somebody else have its seat.
      const { seat } = await explained(
        reader.masternodes.read.masternode([args.masternode], { blockNumber: postedIn }),
      )
      const isHeld = ((set >> BigInt(seat)) & 1n) === 1n
      posted.push({ masternode: parseMasternodeId(args.masternode), hash: args.fileHash, isHeld })
    }
  }
  posted.sort((left, right) => left.masternode - right.masternode)
  const pick = (isHeld: boolean): readonly PostedFile[] =>
    posted
      .filter((file) => file.isHeld === isHeld)
      .map(({ masternode, hash }) => ({ masternode, hash }))
  return { files: pick(true), unheld: pick(false) }
}

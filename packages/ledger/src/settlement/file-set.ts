import { parseMasternodeId, type MasternodeId } from '@nexqloud/kernel'
import { getAbiItem, parseEventLogs, type Hex } from 'viem'

import { settlement as contract } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { readLogPages, type LogReader } from '../registry/log-pages.ts'
import type { MasternodeReader } from '../registry/masternode.ts'
import type { PeriodBlocks } from './period-blocks.ts'

/** What is asked of a ledger here. */
export type FileSetReader = LogReader &
  MasternodeReader & { readonly settlement: Pick<Ledger<undefined>['settlement'], 'read'> }

/** What a masternode committed to. */
export type PostedFile = { readonly masternode: MasternodeId; readonly hash: Hex }

const { address, abi } = contract
const eventName = 'FilePosted'

/** Returns the files that a quorum holds, which a period is settled by, rising by masternode. */
export async function readFileSet(
  reader: FileSetReader,
  { period, start, end }: PeriodBlocks,
): Promise<readonly PostedFile[]> {
  const blockNumber = end.number
  const set = await explained(reader.settlement.read.fileSet([BigInt(period)], { blockNumber }))
  const files: PostedFile[] = []
  const events = [getAbiItem({ abi, name: eventName })]
  const wanted = { address, events, fromBlock: start.number, toBlock: end.number }
  for await (const { logs } of readLogPages(reader, wanted)) {
    for (const { args, blockNumber: postedIn } of parseEventLogs({ abi, eventName, logs })) {
      if (args.period !== BigInt(period)) continue
      // In a later block it may have left, and somebody else have its seat.
      const { seat } = await explained(
        reader.masternodes.read.masternode([args.masternode], { blockNumber: postedIn }),
      )
      if (((set >> BigInt(seat)) & 1n) === 0n) continue
      files.push({ masternode: parseMasternodeId(args.masternode), hash: args.fileHash })
    }
  }
  return files.toSorted((left, right) => left.masternode - right.masternode)
}

import { parseMasternodeId, type Period } from '@nexqloud/kernel'
import { splitEmission, type Keccak256, type PeriodFacts, type WitnessDraw } from '@nexqloud/rules'
import { hexToBytes } from 'viem'

import { leases } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { readPages } from '../registry/log-pages.ts'
import { seatsOf } from '../registry/masternode.ts'
import { ActiveDevices } from './active-devices.ts'
import { CreditedMonths } from './credited-months.ts'
import { readPostedFiles, type PostedFile } from './file-set.ts'
import { leaseEvents, LeaseHistory, type PeriodLease } from './lease-history.ts'
import { readPeriodBlocks, type PeriodBlocks } from './period-blocks.ts'

/** What is asked of a ledger here. */
export type PeriodLedger = Pick<
  Ledger<undefined>,
  'client' | 'devices' | 'emission' | 'masternodes' | 'settlement' | 'treasury'
>

/** All that the chain says about what a period is settled by; the same whoever asks for it, and whenever. */
export type PeriodRecord = {
  readonly blocks: PeriodBlocks
  /** What the files are added to. */
  readonly facts: Omit<PeriodFacts, 'files'>
  /** Those of the facts, and what else the chain says of them. */
  readonly leases: readonly PeriodLease[]
  /** The set, rising by masternode. */
  readonly files: readonly PostedFile[]
  /** Files that no quorum holds: they have no say. */
  readonly unheld: readonly PostedFile[]
}

/** Reads periods; cheapest in their order, as it goes on where it was. One reading at a time. */
export type PeriodReader = {
  /**
   * Returns what the chain says about a period.
   *
   * @throws {@link PeriodOpenError} before that is known.
   */
  readonly read: (period: Period) => Promise<PeriodRecord>
}

/** Returns a reader that has not read anything: the first reading takes all events of leases from block 0 on. */
export function createPeriodReader(ledger: PeriodLedger, keccak256: Keccak256): PeriodReader {
  const devices = new ActiveDevices(ledger)
  const credited = new CreditedMonths(ledger)
  let history = new LeaseHistory()
  let nextBlock = 0n
  /** What had ended by then is forgotten. */
  let forgottenTime = 0

  async function followTo({ end, startTime }: PeriodBlocks): Promise<void> {
    // Where the chain stood, two periods end with one block.
    if (end.number < nextBlock - 1n || startTime < forgottenTime) {
      ;[history, nextBlock] = [new LeaseHistory(), 0n]
    }
    const pages = readPages(
      (page) => ledger.client.getLogs({ address: leases.address, events: leaseEvents, ...page }),
      { fromBlock: nextBlock, toBlock: end.number },
    )
    for await (const { logs, toBlock } of pages) {
      history.take(logs)
      nextBlock = toBlock + 1n
    }
    history.forgetBefore(startTime)
    forgottenTime = startTime
  }

  return {
    read: async (period) => {
      const blocks = await readPeriodBlocks(ledger, period)
      await followTo(blocks)
      const [pot, draw, active, months, posted] = await Promise.all([
        readPot(ledger, blocks),
        readDraw(ledger, { blocks, keccak256 }),
        devices.read(blocks),
        credited.read(blocks),
        readPostedFiles(ledger, blocks),
      ])
      const { startTime, endTime } = blocks
      const overlapping = history.overlapping(startTime, endTime)
      const minutes = (endTime - startTime) / 60
      return {
        blocks,
        facts: { minutes, pot, draw, devices: active, leases: overlapping, months },
        leases: overlapping,
        ...posted,
      }
    },
  }
}

/** The shares are those that were in force when it began. */
async function readPot(
  { emission, settlement }: PeriodLedger,
  { period, startTime, end }: PeriodBlocks,
): Promise<bigint> {
  const at = { blockNumber: end.number }
  const [all, shares] = await Promise.all([
    explained(emission.read.emissionOf([BigInt(period)], at)),
    explained(settlement.read.emissionSharesAt([BigInt(startTime)], at)),
  ])
  return splitEmission(all, shares).pot
}

/** As in `readServingMasternodes`: where none was active, all that were admitted had a say. */
async function readDraw(
  { masternodes: { read } }: PeriodLedger,
  { blocks, keccak256 }: { readonly blocks: PeriodBlocks; readonly keccak256: Keccak256 },
): Promise<WitnessDraw> {
  const { number: blockNumber, mixHash } = blocks.start
  const at = { blockNumber }
  const [active, admitted, witnesses] = await Promise.all([
    explained(read.activeSeats(at)),
    explained(read.admittedSeats(at)),
    explained(read.witnesses(at)),
  ])
  const seats = seatsOf(active === 0n ? admitted : active)
  const ids = await Promise.all(seats.map((seat) => explained(read.inSeat([seat], at))))
  return {
    randomness: hexToBytes(mixHash),
    masternodes: ids.map(parseMasternodeId).toSorted((left, right) => left - right),
    witnesses: Number(witnesses),
    keccak256,
  }
}

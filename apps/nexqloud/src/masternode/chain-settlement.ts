import type { CommittedFile, RootState, Seat, SettlementLedger } from '@nexqloud/control'
import {
  inParts,
  parseAddress,
  parseMasternodeId,
  type Address,
  type Period,
} from '@nexqloud/kernel'
import {
  contracts,
  createPeriodReader,
  PeriodOpenError,
  readAcceptedRoot,
  readLogPages,
  readPayments,
  seatsOf,
  settleRecord,
  type Ledger,
} from '@nexqloud/ledger'
import { claimableCredit, type Calendar, type CreditLeaf, type Multiproof } from '@nexqloud/rules'
import { bytesToHex, encodeFunctionData, type Hex } from 'viem'

import { keccak256 } from '../keccak256.ts'
import { readChain } from '../session/read-chain.ts'
import { RefusedError, RevertedError } from '../transaction/errors.ts'
import { nextBlock, type Intent } from '../transaction/intent.ts'
import { OwedLeases } from './owed-leases.ts'
import type { SendInTurn } from './send-queue.ts'

/** What a masternode settles by. */
export type ChainSettlementParts = {
  readonly ledger: Ledger<undefined>
  readonly chainId: number
  readonly calendar: Calendar
  readonly send: SendInTurn
}

/** Returns the settlement on the chain, in a masternode's own name. */
export async function createChainSettlement(
  parts: ChainSettlementParts,
): Promise<SettlementLedger> {
  const { ledger, calendar } = parts
  const postingSeconds = Number(await readChain(ledger.settlement.read.postingSeconds()))
  return {
    calendar,
    postingSeconds,
    readSeats: () => readSeats(ledger),
    readFiles: (period) => readFiles(ledger, period),
    readRoot: (period) => readRoot(ledger, period),
    ...createReaders(parts),
    ...createWriters(parts),
  }
}

/** Instances that are asked for at once. */
const CREDITS_AT_ONCE = 100

type Readers = Pick<SettlementLedger, 'readInputs' | 'readUnpaid' | 'readUncredited' | 'readOwed'>

function createReaders({ ledger, chainId, calendar }: ChainSettlementParts): Readers {
  const reader = createPeriodReader(ledger, keccak256)
  const owed = new OwedLeases(calendar)
  let nextBlockNumber = 0n
  /** Both go on where they were. */
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const asked = last.then(ask, ask)
    last = asked.catch(() => {})
    return asked
  }

  async function followOwed(): Promise<void> {
    const { address } = contracts.leases
    const toBlock = await ledger.client.getBlockNumber({ cacheTime: 0 })
    const wanted = { address, fromBlock: nextBlockNumber, toBlock }
    for await (const { logs, toBlock: read } of readLogPages(ledger, wanted)) {
      owed.take(logs)
      nextBlockNumber = read + 1n
    }
  }

  return {
    readInputs: (period) =>
      inTurn(async () => {
        const record = await ifClosed(reader.read(period))
        if (record === undefined) return undefined
        return {
          files: record.files,
          leases: record.facts.leases,
          settle: (files) => settleRecord(record, files, chainId),
        }
      }),
    readUnpaid: async (period, rewards) => {
      const accepted = await readAcceptedRoot(ledger, period)
      if (accepted === undefined) return rewards
      const { rewards: paid } = await readPayments(ledger, accepted)
      const done = new Set(paid.map(({ device }) => device))
      return rewards.filter(({ device }) => !done.has(device))
    },
    readUncredited: (credits) => readUncredited(ledger, credits),
    readOwed: () =>
      inTurn(async () => {
        await followOwed()
        return owed.list()
      }),
  }
}

async function readUncredited(
  { treasury: { read } }: Ledger<undefined>,
  credits: readonly CreditLeaf[],
): Promise<readonly CreditLeaf[]> {
  const found: CreditLeaf[] = []
  for (const part of inParts(credits, CREDITS_AT_ONCE)) {
    const incomes = await Promise.all(
      part.map(({ instance, month }) => readChain(read.incomeOf([instance, BigInt(month)]))),
    )
    const isDue = ({ amount }: CreditLeaf, at: number): boolean => {
      const [received = 0n, credited = 0n] = incomes[at] ?? []
      return claimableCredit(amount, { received, credited }) > 0n
    }
    found.push(...part.filter(isDue))
  }
  return found
}

async function ifClosed<Answer>(reading: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await reading
  } catch (failure) {
    if (failure instanceof PeriodOpenError) return undefined
    throw failure
  }
}

type Writers = Omit<SettlementLedger, 'calendar' | 'postingSeconds' | `read${string}`>

const settlement = contracts.settlement

/** What a leaf takes of a block at most, and a call beside its leaves: where all who are paid use up what a payment gives them, and refuse it. */
const MOST_GAS = { reward: 130_000, bill: 160_000, call: 500_000 } as const

function createWriters({ send }: ChainSettlementParts): Writers {
  const own = parseAddress(settlement.address)
  const write = (to: Address, data: Hex): Promise<boolean> => sendUnlessDone(send, { to, data })
  /** Contracts that are paid may tell an estimate from the block, and take more in it: what failed is given all that it can take. */
  const pay = async (data: Hex, leafGas: number): Promise<boolean> => {
    try {
      return await write(own, data)
    } catch (failure) {
      if (!(failure instanceof RevertedError)) throw failure
      return sendUnlessDone(send, { to: own, data, gas: BigInt(MOST_GAS.call + leafGas) })
    }
  }
  const { abi } = settlement
  return {
    postFile: (period, file) =>
      write(
        own,
        encodeFunctionData({ abi, functionName: 'postFile', args: [BigInt(period), file] }),
      ),
    postHeld: (period, seats) =>
      write(
        own,
        encodeFunctionData({ abi, functionName: 'postHeld', args: [BigInt(period), seats] }),
      ),
    postRoot: ({ period, ...root }, signatures) => {
      const args = [{ ...root, period: BigInt(period) }, [...signatures]] as const
      return write(own, encodeFunctionData({ abi, functionName: 'postRoot', args }))
    },
    acceptRoot: (period) =>
      write(own, encodeFunctionData({ abi, functionName: 'acceptRoot', args: [BigInt(period)] })),
    payRewards: (period, rewards, proof) => {
      const args = [BigInt(period), [...rewards], proofOf(proof)] as const
      const data = encodeFunctionData({ abi, functionName: 'payRewards', args })
      return pay(data, rewards.length * MOST_GAS.reward)
    },
    payBills: (period, bills, proof) => {
      const seen = bills.map(({ seconds, ...lease }) => ({ ...lease, secondsSeen: seconds }))
      const args = [BigInt(period), seen, proofOf(proof)] as const
      const data = encodeFunctionData({ abi, functionName: 'payBills', args })
      return pay(data, bills.length * MOST_GAS.bill)
    },
    payCredits: (period, credits, proof) => {
      const args = [BigInt(period), [...credits], proofOf(proof)] as const
      return write(own, encodeFunctionData({ abi, functionName: 'payCredits', args }))
    },
    skip: (period, leases) => {
      const args = [BigInt(period), [...leases]] as const
      const data = encodeFunctionData({ abi: contracts.leases.abi, functionName: 'skip', args })
      return write(parseAddress(contracts.leases.address), data)
    },
  }
}

/** The contracts' words for what somebody has done already, or is too late for. */
const isOver: ReadonlySet<string> = new Set([
  'SettlementAlreadyPosted',
  'SettlementTooLate',
  'SettlementRootKnown',
  'SettlementProposalWeaker',
  'SettlementNoProposal',
])

async function sendUnlessDone(send: SendInTurn, intent: Intent): Promise<boolean> {
  try {
    await send(intent)
    return true
  } catch (error) {
    if (!(error instanceof RefusedError) || !isOver.has(error.errorName)) throw error
    return false
  }
}

function proofOf({ nodes, flags }: Multiproof) {
  return { nodes: nodes.map((node) => bytesToHex(node)), flags: [...flags] }
}

/** All that are admitted; who is active now is asked for the next block, as a chain without work has an old newest one. */
async function readSeats({ masternodes: { read } }: Ledger<undefined>): Promise<readonly Seat[]> {
  const [active, admitted] = await Promise.all([
    readChain(read.activeSeats(nextBlock)),
    readChain(read.admittedSeats(nextBlock)),
  ])
  const found = await Promise.all(
    seatsOf(admitted).map(async (seat): Promise<readonly Seat[]> => {
      const id = await readChain(read.inSeat([seat]))
      if (id === 0) return []
      const { signer } = await readChain(read.masternode([id]))
      return [
        {
          seat,
          masternode: parseMasternodeId(id),
          signer: parseAddress(signer),
          isActive: hasSeat(active, seat),
        },
      ]
    }),
  )
  return found.flat()
}

async function readFiles(
  { settlement: { read }, masternodes }: Ledger<undefined>,
  period: Period,
): Promise<ReadonlyMap<number, CommittedFile>> {
  const admitted = await readChain(masternodes.read.admittedSeats())
  const found = await Promise.all(
    seatsOf(admitted).map(async (seat) => {
      const [hash, id] = await Promise.all([
        readChain(read.fileOf([BigInt(period), seat])),
        readChain(masternodes.read.inSeat([seat])),
      ])
      return { seat, hash, id }
    }),
  )
  return new Map(
    found
      .filter(({ hash, id }) => BigInt(hash) !== 0n && id !== 0)
      .map(({ seat, hash, id }) => [seat, { masternode: parseMasternodeId(id), hash }]),
  )
}

async function readRoot(
  { settlement: { read } }: Ledger<undefined>,
  period: Period,
): Promise<RootState> {
  const args = [BigInt(period)] as const
  const [[root, at], [proposed, signatures, finalAt]] = await Promise.all([
    readChain(read.rootOf(args)),
    readChain(read.proposalOf(args)),
  ])
  return {
    accepted: at === 0n ? undefined : { root, at: Number(at) },
    proposal:
      finalAt === 0n
        ? undefined
        : { root: proposed, signatures: Number(signatures), finalAt: Number(finalAt) },
  }
}

function hasSeat(bits: bigint, seat: number): boolean {
  return ((bits >> BigInt(seat)) & 1n) === 1n
}

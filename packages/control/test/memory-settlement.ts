/** A masternode's ports to a chain in memory, its disk, and what it sees. */

import { hash } from 'node:crypto'

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import {
  createPeriodTree,
  rootOf,
  settlePeriod,
  type Keccak256,
  type LeaseRef,
  type SettledFile,
} from '@nexqloud/rules'

import type {
  CommittedFile,
  Hash,
  PeriodInputs,
  SettlementFiles,
  SettlementKey,
  SettlementLedger,
} from '../src/settle/ports.ts'
import { calendar, POSTING_SECONDS, sign, signerOf, type MemoryChain } from './memory-chain.ts'

const tenant = parseAddress(`0x${'a'.repeat(40)}`)
/** Of all devices. */
export const owner = parseAddress(`0x${'b'.repeat(40)}`)
/** The contributors' part of a period. */
export const POT = 1_000_003n
/** A minute less than there is: what all witnesses saw of each lease. */
export const SEEN_SECONDS = 240
const MINUTES = 5
const devices = [1, 2, 3].map(parseDeviceId)
/** What runs, each on its own device. */
export const leases: readonly LeaseRef[] = [1n, 2n].map((number) => ({
  instance: createInstanceKey(tenant, number),
  token: 1n,
}))

/** How a masternode is to its ports. */
export type Condition = {
  /** It reaches nobody. */
  readonly isCut: boolean
  /** It says that it saw nothing, and computes something else. */
  readonly isLying: boolean
}

/** Returns the chain as the masternode in a seat reaches it. */
export function createMemoryLedger(
  chain: MemoryChain,
  { seat, condition }: { readonly seat: number; readonly condition: () => Condition },
): SettlementLedger {
  const ask = async <Answer>(answer: () => Answer): Promise<Answer> => {
    if (condition().isCut) throw new Error('The chain is away.')
    return answer()
  }
  const send = (call: string, period: Period, act: () => void): Promise<boolean> =>
    ask(() => {
      act()
      chain.sent.push(`${seat} ${call} ${period}`)
      return true
    })
  return {
    calendar,
    postingSeconds: POSTING_SECONDS,
    readSeats: () => ask(() => chain.seats()),
    readFiles: (period) => ask(() => chain.of(period).files),
    readRoot: (period) => ask(() => chain.rootOf(period)),
    readInputs: (period) => ask(() => inputsOf(period, chain, condition().isLying)),
    readUnpaid: (period, rewards) =>
      ask(() => rewards.filter(({ device }) => !chain.of(period).paid.has(device))),
    readUncredited: (credits) =>
      ask(() => credits.filter(({ instance }) => !chain.credited.has(instance))),
    readOwed: () => ask(() => chain.owed()),
    postFile: (period, file) => send('postFile', period, () => chain.postFile(seat, period, file)),
    postHeld: (period, bits) => send('postHeld', period, () => chain.postHeld(seat, period, bits)),
    postRoot: (root, signatures) =>
      send('postRoot', root.period, () => chain.postRoot(root, signatures)),
    acceptRoot: (period) => send('acceptRoot', period, () => chain.acceptRoot(period)),
    payRewards: (period, rewards) =>
      send('payRewards', period, () => rewards.forEach((each) => chain.pay(period, each))),
    payBills: (period, bills) =>
      send('payBills', period, () =>
        bills.forEach((each) => chain.bill(period, each, each.seconds)),
      ),
    payCredits: (period, credits) =>
      send('payCredits', period, () => credits.forEach((each) => chain.credit(each))),
    skip: (period, refs) =>
      send('skip', period, () => refs.forEach((each) => chain.bill(period, each, 0))),
  }
}

/** Returns the files on a disk that outlasts its masternode. */
export function createMemoryFiles(
  disk: Map<string, Uint8Array>,
  { seat, condition }: { readonly seat: number; readonly condition: () => Condition },
): SettlementFiles {
  const masternode = parseMasternodeId(seat + 1)
  const keep = (bytes: Uint8Array): Hash => {
    const name = hashOf(bytes)
    disk.set(name, bytes)
    return name
  }
  return {
    own: async (period) => keep(encodeFile({ period, masternode, isLying: condition().isLying })),
    read: async (_, { hash: wanted }) => {
      const bytes = disk.get(wanted)
      return bytes && parseFile(bytes)
    },
    isRefused: async () => false,
    take: async (_, file, bytes) => hashOf(bytes) === file.hash && keep(bytes) === file.hash,
    keep: async (_, inputs) => void keep(inputs),
  }
}

/** Returns the key of whoever is in a seat. */
export function createMemoryKey(seat: number): SettlementKey {
  const signer = signerOf(seat)
  return {
    signer,
    sign: async (root) => sign(signer, root),
    signerOf: async (root) => {
      const said = parseAddress(root.signature.slice(0, 42))
      return root.signature === sign(said, root) ? said : undefined
    },
  }
}

type Seen = {
  readonly period: Period
  readonly masternode: MasternodeId
  readonly isLying: boolean
}

function encodeFile(seen: Seen): Uint8Array {
  return Buffer.from(JSON.stringify(seen))
}

function parseFile(bytes: Uint8Array): SettledFile {
  const { masternode, isLying } = JSON.parse(Buffer.from(bytes).toString()) as Seen
  const all = Uint32Array.of(2 ** MINUTES - 1)
  const runs = leases.map(({ instance }, at) => ({
    instance,
    device: devices[at]!,
    seconds: SEEN_SECONDS,
  }))
  return {
    masternode,
    up: all,
    devices: new Map(isLying ? [] : devices.map((device) => [device, all])),
    runs: isLying ? [] : runs,
  }
}

function inputsOf(period: Period, chain: MemoryChain, isLying: boolean): PeriodInputs {
  const files: readonly CommittedFile[] = chain.setOf(period)
  const overlapping = leases.map((lease, at) => ({
    ...lease,
    device: devices[at]!,
    overlapSeconds: calendar.periodSeconds,
  }))
  const facts = {
    minutes: MINUTES,
    pot: isLying ? 1n : POT,
    draw: {
      randomness: new Uint8Array(32).fill(period),
      masternodes: chain.seats().map(({ masternode }) => masternode),
      witnesses: 3,
      keccak256,
    },
    devices: devices.map((device) => ({ device, account: owner, scores: [1, 1, 1, 1, 1] })),
    leases: overlapping,
    months: chain.months,
  }
  return {
    files,
    leases: overlapping,
    settle: (set) => {
      const leaves = settlePeriod({ ...facts, files: set })
      const tree = createPeriodTree(leaves, keccak256)
      const inputs = Buffer.from(JSON.stringify([period, files]))
      const root = {
        period,
        root: `0x${Buffer.from(rootOf(tree)).toString('hex')}`,
        rewards: leaves.rewards.reduce((sum, { amount }) => sum + amount, 0n),
        inputs: hashOf(inputs),
      } as const
      return { root, leaves, tree, inputs }
    },
  }
}

const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')

function hashOf(bytes: Uint8Array): Hash {
  return `0x${hash('keccak-256', bytes, 'hex')}`
}

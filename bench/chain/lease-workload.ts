import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress, type InstanceKey } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { createLeafEncoder, createTree, multiproofOf } from '@nexqloud/rules'
import { bytesToHex } from 'viem'

import { acceptRoot, END, type Act } from './accept-root.ts'
import {
  acceptDevice,
  call,
  fundTenant,
  type TenantMeans,
  GENESIS_TIME,
  measureDevice,
  registerDevice,
} from './lease-network.ts'
import { createLoadGenesis, createSenders, createSigner, type Action, type Sender } from './load.ts'
import type { Stage, StagedWorkload } from './run-stages.ts'

/** Items of one transaction. */
const BATCH = 50
export const DEVICES = 50
/** Second in which the leases start; they are opened a little later, as a masternode does. */
const START = GENESIS_TIME + 100n
const TOKEN = 1n
/** Id of `t3.nano` on a local network. */
const KIND = 1

/** Who is on the network: one masternode that does all of its work, owners of one device each, tenants of one lease each. */
type Cast = {
  readonly senders: readonly Sender[]
  readonly masternode: Sender
  readonly owners: readonly Sender[]
  readonly tenants: readonly Sender[]
}

/** Returns leases that are opened and closed in the same period, each on an account of its own. */
export async function createOpenCloseWorkload(leases: number): Promise<StagedWorkload> {
  const { cast, genesis, sign, setup } = await prepareNetwork(leases)
  const transactions = [...openAll(cast), ...closeAll(cast)]
  return {
    genesis,
    stages: [...setup, { from: START + 5n, transactions: transactions.map(sign), isCounted: true }],
  }
}

/** Returns leases that are opened, billed for their first period by its settlement, and closed. */
export async function createCycleWorkload(leases: number): Promise<StagedWorkload> {
  const { cast, genesis, sign, setup } = await prepareNetwork(leases)
  const { rooting, bills } = await settle(cast)
  const acts: readonly Act[] = [
    [START + 5n, openAll(cast)],
    ...rooting,
    [END, [...bills, ...closeAll(cast)]],
  ]
  const counted = acts.map(([from, actions]): Stage => {
    return { from, transactions: actions.map(sign), isCounted: true }
  })
  return { genesis, stages: [...setup, ...counted] }
}

/** Devices that are active and accounts that are full, before anything counts. */
export async function prepareNetwork(tenants: number, means: TenantMeans = {}) {
  const senders = createSenders(1 + DEVICES + tenants)
  const [masternode] = senders
  if (masternode === undefined) throw new RangeError('There is no masternode.')
  const owners = senders.slice(1, 1 + DEVICES)
  const cast: Cast = { senders, masternode, owners, tenants: senders.slice(1 + DEVICES) }
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n, keyHolders: owners })
  const signFor = createSigner()
  const sign = (action: Action): Uint8Array => signFor(masternode, action)
  const registrations = await Promise.all(owners.map(registerDevice))
  const acceptances = await Promise.all(owners.map(acceptDevice))
  const funding = cast.tenants.flatMap((tenant) =>
    fundTenant(tenant, means).map((action) => signFor(tenant, action)),
  )
  const measuring = owners.flatMap((_, index) => measureDevice(index))
  const acts = [[...registrations.map(sign), ...funding], [...measuring, ...acceptances].map(sign)]
  const setup = acts.map((transactions): Stage => {
    return { from: GENESIS_TIME + 1n, transactions, isCounted: false }
  })
  return { cast, genesis, sign, setup }
}

function openAll({ tenants }: Cast): readonly Action[] {
  const openings = tenants.map((tenant, index) => ({
    instance: instanceOf(tenant),
    device: (index % DEVICES) + 1,
    kind: KIND,
    startedAt: Number(START),
    token: TOKEN,
    waited: 0,
  }))
  return batchesOf(openings).map((batch) =>
    call(contracts.leases, 'open', { args: [batch], gas: 6_500_000n }),
  )
}

function closeAll({ tenants }: Cast): readonly Action[] {
  const refs = tenants.map((tenant) => ({ instance: instanceOf(tenant), token: TOKEN }))
  return batchesOf(refs).map((batch) =>
    call(contracts.leases, 'close', { args: [batch], gas: 4_000_000n }),
  )
}

/** The root of the first period, signed, and the bills with their proofs. */
async function settle({ tenants, masternode }: Cast) {
  const secondsSeen = Number(END - START)
  const bills = tenants.map((tenant) => {
    return { instance: instanceOf(tenant), token: TOKEN, secondsSeen }
  })
  const { encodeBill } = createLeafEncoder()
  const tree = createTree({
    leafCount: bills.length,
    leafAt: (index) => {
      const bill = bills[index]
      if (bill === undefined) throw new RangeError(`There is no bill ${index}.`)
      return encodeBill({ ...bill, seconds: secondsSeen })
    },
    keccak256: (bytes) => hash('keccak-256', bytes, 'buffer'),
  })
  const rooting = await acceptRoot(masternode, tree, 0n)
  const payments = batchesOf(bills).map((batch, place) => {
    const places = batch.map((_, index) => place * BATCH + index)
    const { nodes, flags } = multiproofOf(tree, places)
    const proof = { nodes: nodes.map((node) => bytesToHex(node)), flags }
    return call(contracts.settlement, 'payBills', { args: [0n, batch, proof], gas: 6_000_000n })
  })
  return { rooting, bills: payments }
}

function instanceOf({ address }: Sender): InstanceKey {
  return createInstanceKey(parseAddress(address), 1n)
}

function batchesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  )
}

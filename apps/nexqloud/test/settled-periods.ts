/**
 * Four periods of a network in memory: the first is settled as it should be, beside a masternode that lies; the second is not; in the third a file is held by
 * nobody, in the fourth one that is of another period is held by all. Then the chain stands for two.
 */

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  parsePeriod,
  type DeviceId,
  type InstanceKey,
} from '@nexqloud/kernel'
import {
  contracts,
  createPeriodReader,
  inputsHash,
  type PeriodRecord,
  type Settlement,
} from '@nexqloud/ledger'
import { createPeriodTree, rootOf } from '@nexqloud/rules'
import { parseWitnessFile } from '@nexqloud/store'
import { encodeFunctionData, parseEther, type Hex } from 'viem'

import { keccak256 } from '../src/keccak256.ts'
import { pathOf } from '../src/masternode/settlement-pages.ts'
import {
  agreeOnFiles,
  filesOf,
  joinDevice,
  openSettledNetwork,
  payAll,
  postRoot,
  settle,
  type SettledNetwork,
  type Witnessed,
} from './settled-network.ts'

/** A network whose periods 1 to 4 have roots. */
export type SettledPeriods = {
  readonly network: SettledNetwork
  /** What masternodes give at which path. */
  readonly served: ReadonlyMap<string, Uint8Array>
  /** What the chain said of period 1 as soon as it could, and what followed from that. */
  readonly early: PeriodRecord
  readonly right: Settlement
}

type Stage = { readonly network: SettledNetwork; readonly served: Map<string, Uint8Array> }

const sawNothing: Witnessed = { devices: new Map(), runs: [] }
const [first, second] = [1, 2].map(parseDeviceId) as [DeviceId, DeviceId]

/** Opens a network of two devices and two instances, one of which is closed within period 1, and settles four periods. */
export async function openSettledPeriods(): Promise<SettledPeriods> {
  const network = await openSettledNetwork()
  const stage = { network, served: new Map<string, Uint8Array>() }
  for (const cpu of [100, 200]) await joinDevice(network, cpu)
  await fillAccount(network)
  await network.passTo(1, 10)
  await open(network, [
    [1n, first],
    [2n, second],
  ])
  await network.passTo(1, 200)
  await close(network, instanceOf(network, 2n))
  const told = await settleFirst(stage)
  await settleSecond(stage)
  await settleThird(stage)
  await settleFourth(stage)
  await network.passTo(5, 100)
  await close(network, instanceOf(network, 1n))
  await network.passTo(8, 0)
  return { ...stage, ...told }
}

function instanceOf({ tenant }: SettledNetwork, number: bigint): InstanceKey {
  return createInstanceKey(parseAddress(tenant.address), number)
}

async function fillAccount({ tenant, send }: SettledNetwork): Promise<void> {
  const { address: to, abi } = contracts.leases
  const deposit = encodeFunctionData({ abi, functionName: 'deposit', args: [tenant.address] })
  await send(tenant, { to, data: deposit, value: parseEther('20') })
  const args = [parseEther('20'), 1_000_000] as const
  await send(tenant, { to, data: encodeFunctionData({ abi, functionName: 'setLimits', args }) })
  await send(tenant, { to, data: encodeFunctionData({ abi, functionName: 'approve', args: [1] }) })
}

/** The first masternode opens leases that begin now. */
async function open(
  network: SettledNetwork,
  instances: readonly (readonly [number: bigint, device: DeviceId])[],
): Promise<void> {
  const { address: to, abi } = contracts.leases
  const startedAt = Math.floor(network.node.clock.wallMs() / 1000)
  const openings = instances.map(([number, device]) => {
    const instance = instanceOf(network, number)
    return { instance, device, kind: 1, startedAt, token: 1n, waited: 0 }
  })
  const data = encodeFunctionData({ abi, functionName: 'open', args: [openings] })
  await network.send(network.masternodes[0]!, { to, data })
}

async function close({ send, masternodes }: SettledNetwork, instance: InstanceKey): Promise<void> {
  const { address: to, abi } = contracts.leases
  const args = [[{ instance, token: 1n }]] as const
  await send(masternodes[0]!, {
    to,
    data: encodeFunctionData({ abi, functionName: 'close', args }),
  })
}

/** Has masternodes write, give and agree on files, of which they hold the first ones, and computes what follows. */
async function agree(
  { network, served }: Stage,
  period: number,
  { witnessed, held = 3 }: { readonly witnessed: readonly Witnessed[]; readonly held?: number },
): Promise<Settlement> {
  const files = filesOf(period, witnessed)
  for (const { bytes, hash } of files) served.set(pathOf.file(hash), bytes)
  const hashes = files.map(({ hash }) => hash)
  await agreeOnFiles(network, { period, hashes, held: 2n ** BigInt(held) - 1n })
  const read = files.slice(0, held).map(({ bytes }) => parseWitnessFile(bytes))
  return settle(network, period, read)
}

/** Two masternodes saw both devices and instances; the third says that it saw none. */
async function settleFirst(stage: Stage): Promise<Pick<SettledPeriods, 'early' | 'right'>> {
  const { network, served } = stage
  const saw = {
    devices: new Map([
      [1, 31],
      [2, 15],
    ]),
    runs: [
      { instance: instanceOf(network, 1n), device: first, seconds: 240 },
      { instance: instanceOf(network, 2n), device: second, seconds: 180 },
    ],
  }
  const right = await agree(stage, 1, { witnessed: [saw, saw, sawNothing] })
  const early = await createPeriodReader(network.ledger, keccak256).read(parsePeriod(1))
  served.set(pathOf.file(right.root.inputs), right.inputs)
  await postRoot(network, right.root)
  await payAll(network, right)
  return { early, right }
}

/** All three sign what does not follow from what they say that they saw; before that somebody buys the first device. */
async function settleSecond(stage: Stage): Promise<void> {
  const { network, served } = stage
  const saw = {
    devices: new Map([
      [1, 31],
      [2, 31],
    ]),
    runs: [{ instance: instanceOf(network, 1n), device: first, seconds: 120 }],
  }
  await sellFirstDevice(network)
  const { leaves, inputs, root } = await agree(stage, 2, { witnessed: [saw, saw, saw] })
  const [one, other] = leaves.rewards
  const altered = {
    ...leaves,
    rewards: [
      { ...one!, amount: one!.amount + 1n },
      { ...other!, amount: other!.amount - 1n },
    ],
    bills: leaves.bills.map((bill) => ({ ...bill, seconds: 300 })),
  }
  const tree = createPeriodTree(altered, keccak256)
  const text = new TextDecoder().decode(inputs).replace('"minutes":5', '"minutes":4')
  const signed = new TextEncoder().encode(text)
  served.set(pathOf.file(inputsHash(signed)), signed)
  const page = JSON.stringify(altered, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  served.set(pathOf.leaves(root.period), new TextEncoder().encode(page))
  const top: Hex = `0x${Buffer.from(rootOf(tree)).toString('hex')}`
  const wrong = { ...root, root: top, inputs: inputsHash(signed) }
  await postRoot(network, wrong)
  await payAll(network, { leaves: altered, tree, inputs: signed, root: wrong })
}

/** Nobody holds the third one's file, which nobody could read. */
async function settleThird(stage: Stage): Promise<void> {
  const { network, served } = stage
  const saw = { devices: new Map([[1, 31]]), runs: [] }
  const settled = await agree(stage, 3, { witnessed: [saw, saw, sawNothing], held: 2 })
  served.set(pathOf.file(settled.root.inputs), settled.inputs)
  await postRoot(network, settled.root)
}

/** All hold what is none of the third one's files, and sign something. */
async function settleFourth({ network, served }: Stage): Promise<void> {
  const [one, two] = filesOf(4, [sawNothing, sawNothing])
  const [, , foreign] = filesOf(3, [sawNothing, sawNothing, sawNothing])
  const files = [one!, two!, foreign!]
  for (const { bytes, hash } of files) served.set(pathOf.file(hash), bytes)
  const hashes = files.map(({ hash }) => hash)
  await agreeOnFiles(network, { period: 4, hashes, held: 7n })
  const root: Hex = `0x${'1'.repeat(64)}`
  await postRoot(network, { period: parsePeriod(4), root, rewards: 0n, inputs: root })
}

async function sellFirstDevice({ ledger, send, owner, buyer }: SettledNetwork): Promise<void> {
  const { key } = await ledger.devices.read.device([1])
  const { address: to, abi } = contracts.digitalKeys
  const args = [owner.address, buyer.address, key] as const
  await send(owner, { to, data: encodeFunctionData({ abi, functionName: 'transferFrom', args }) })
}

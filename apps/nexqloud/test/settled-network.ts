/** A chain in memory whose periods are settled by three masternodes, as a test says. */

import { parseAddress, parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import {
  acceptanceData,
  contracts,
  createLedger,
  createPeriodReader,
  nexqloudLocal,
  registrationData,
  rootData,
  settleRecord,
  type Ledger,
  type Root,
  type Settlement,
} from '@nexqloud/ledger'
import { multiproofOf, type SeenRun } from '@nexqloud/rules'
import {
  createWalletClient,
  encodeFunctionData,
  http,
  keccak256 as hashOf,
  parseEther,
  parseEventLogs,
  stringToHex,
  type Hex,
  type PrivateKeyAccount,
  type TransactionReceipt,
} from 'viem'

import {
  accountOf,
  createLocalGenesis,
  founder,
} from '../../../packages/chain/test/local-genesis.ts'
import { openRpcNode, type RpcNode } from '../../../packages/chain/test/rpc-node.ts'
import { encodeWitnessFile } from '../../../packages/store/src/witness/witness-file.ts'
import { keccak256 } from '../src/keccak256.ts'

const GENESIS = 1_700_000_000
const PERIOD_SECONDS = 300
const MINUTES = 5
/** Contracts carry out what is sent; nobody has to guess what that takes. */
const GAS = 8_000_000n

/** What one masternode says that it saw in a period. */
export type Witnessed = {
  /** Bits of the minutes in which each device was heard. */
  readonly devices: ReadonlyMap<number, number>
  readonly runs: readonly SeenRun[]
}

/** A chain, and the hands that work on it. */
export type SettledNetwork = Awaited<ReturnType<typeof openSettledNetwork>>

/** Opens a network with three masternodes that are admitted in period 0. */
export async function openSettledNetwork() {
  const [owner, buyer, tenant, second, third] = [0, 1, 2, 3, 4].map(accountOf) as [
    PrivateKeyAccount,
    PrivateKeyAccount,
    PrivateKeyAccount,
    PrivateKeyAccount,
    PrivateKeyAccount,
  ]
  const balance = parseEther('100')
  const all = [owner, buyer, tenant, second, third]
  const genesis = await createLocalGenesis(
    Object.fromEntries(all.map(({ address }) => [address, balance])),
  )
  const node = await openRpcNode(genesis)
  const ledger = createLedger({ chain: nexqloudLocal, transport: http(node.url) })
  const send = createSender(node, ledger)
  const masternodes = [founder, second, third]
  for (const [place, account] of [second, third].entries()) {
    const registration = {
      operator: account.address,
      tlsKeyHash: `0x${String(place + 2).repeat(64)}`,
      region: stringToHex('eu-west-1', { size: 32 }),
      endpoint: `masternode-${place + 2}.example:4433`,
    } as const
    const { address, abi } = contracts.masternodes
    const data = encodeFunctionData({ abi, functionName: 'register', args: [registration] })
    await send(account, { to: address, data, value: parseEther('1') })
    const admit = encodeFunctionData({ abi, functionName: 'admit', args: [place + 2] })
    await send(founder, { to: address, data: admit })
  }
  const passTo = async (period: number, seconds: number): Promise<void> => {
    const time = GENESIS + period * PERIOD_SECONDS + seconds
    await node.clock.pass(time * 1000 - 1000 - node.clock.wallMs())
    await node.makeBlock()
  }
  return { node, ledger, send, passTo, masternodes, owner, buyer, tenant, close: node.close }
}

type Call = { readonly to: Hex; readonly data: Hex; readonly value?: bigint }
type Send = (account: PrivateKeyAccount, call: Call) => Promise<TransactionReceipt>

/** Each transaction has a block of its own. */
function createSender(node: RpcNode, { client }: Ledger<undefined>): Send {
  return async (account, call) => {
    const wallet = createWalletClient({
      account,
      chain: nexqloudLocal,
      transport: http(node.url),
    })
    const hash = await wallet.sendTransaction({ ...call, gas: GAS })
    await node.makeBlock()
    const receipt = await client.getTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`${call.data.slice(0, 10)} was refused.`)
    return receipt
  }
}

/** Has an owner buy a key and register a device, whoever is drawn measure it, and the owner accept. */
export async function joinDevice(
  { ledger, send, owner, masternodes }: SettledNetwork,
  cpu: number,
): Promise<number> {
  const { digitalKeys, devices } = contracts
  const buy = encodeFunctionData({
    abi: digitalKeys.abi,
    functionName: 'buy',
    args: [owner.address],
  })
  const { logs } = await send(owner, { to: digitalKeys.address, data: buy, value: parseEther('2') })
  const [bought] = parseEventLogs({ abi: digitalKeys.abi, eventName: 'Transfer', logs })
  const key = bought?.args.tokenId ?? 0n
  const nonce = await ledger.devices.read.nonces([owner.address])
  const registration = {
    owner: parseAddress(owner.address),
    key,
    tlsKeyHash: `0x${key.toString(16).padStart(64, '0')}`,
    region: stringToHex('eu-west-1', { size: 32 }),
    nonce,
    deadline: 2_000_000_000n,
  } as const
  const { abi, address: to } = devices
  const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
  await send(owner, {
    to,
    data: encodeFunctionData({ abi, functionName: 'register', args: [registration, signature] }),
  })
  const device = await ledger.devices.read.deviceOfKey([key])
  await send(owner, { to, data: encodeFunctionData({ abi, functionName: 'draw', args: [device] }) })
  const { measurer } = await ledger.devices.read.device([device])
  const scores = { cpu, memoryScore: cpu, storageScore: cpu, gpu: 0, isp: cpu }
  const measure = encodeFunctionData({ abi, functionName: 'measure', args: [device, scores] })
  await send(masternodes[measurer - 1] ?? founder, { to, data: measure })
  const acceptance = {
    device: parseDeviceId(device),
    scores,
    nonce: nonce + 1n,
    deadline: 2_000_000_000n,
  }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  const accept = encodeFunctionData({
    abi,
    functionName: 'accept',
    args: [device, scores, acceptance.deadline, consent],
  })
  await send(owner, { to, data: accept })
  return device
}

/** Returns the files that masternodes write of a period, by their hashes. */
export function filesOf(period: number, witnessed: readonly Witnessed[]) {
  return witnessed.map(({ devices, runs }, place) => {
    const bytes = encodeWitnessFile({
      period: parsePeriod(period),
      masternode: parseMasternodeId(place + 1),
      minutes: MINUTES,
      up: Uint32Array.of(2 ** MINUTES - 1),
      devices: new Map(
        [...devices].map(([device, bits]) => [parseDeviceId(device), Uint32Array.of(bits)]),
      ),
      runs,
    })
    return { bytes, hash: hashOf(bytes) }
  })
}

/** Has every masternode post its file, and say that it holds these seats' files; a seat is one less than the masternode's number. */
export async function agreeOnFiles(
  { send, passTo, masternodes }: SettledNetwork,
  {
    period,
    hashes,
    held,
  }: { readonly period: number; readonly hashes: readonly Hex[]; readonly held: bigint },
): Promise<void> {
  const { address: to, abi } = contracts.settlement
  await passTo(period + 1, 1)
  for (const [place, hash] of hashes.entries()) {
    const args = [BigInt(period), hash] as const
    const data = encodeFunctionData({ abi, functionName: 'postFile', args })
    await send(masternodes[place] ?? founder, { to, data })
  }
  await passTo(period + 1, 22)
  for (const account of masternodes) {
    const args = [BigInt(period), held] as const
    const data = encodeFunctionData({ abi, functionName: 'postHeld', args })
    await send(account, { to, data })
  }
  await passTo(period + 1, 42)
}

/** Reads a period that masternodes agreed on, and computes what it comes to. */
export async function settle(
  { ledger }: Pick<SettledNetwork, 'ledger'>,
  period: number,
  files: Parameters<typeof settleRecord>[1],
): Promise<Settlement> {
  const record = await createPeriodReader(ledger, keccak256).read(parsePeriod(period))
  return settleRecord(record, files, nexqloudLocal.id)
}

/** Has all masternodes sign a root, and posts it. */
export async function postRoot(
  { send, masternodes }: SettledNetwork,
  { period, ...rest }: Root,
): Promise<void> {
  const root = { period, ...rest }
  const inOrder = masternodes.toSorted((a, b) =>
    a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1,
  )
  const signatures: Hex[] = []
  for (const account of inOrder) {
    signatures.push(await account.signTypedData(rootData(nexqloudLocal.id, root)))
  }
  const { address: to, abi } = contracts.settlement
  const args = [{ ...rest, period: BigInt(period) }, signatures] as const
  await send(founder, { to, data: encodeFunctionData({ abi, functionName: 'postRoot', args }) })
}

/** Pays everything that a settlement comes to: rewards, bills and credits, each in one transaction. */
export async function payAll(
  { send }: SettledNetwork,
  { leaves, tree, root }: Settlement,
): Promise<void> {
  const { rewards, bills, credits } = leaves
  const { address: to, abi } = contracts.settlement
  const period = BigInt(root.period)
  const pay = (data: Hex) => send(founder, { to, data })
  const proofOf = (from: number, count: number) => {
    const { nodes, flags } = multiproofOf(
      tree,
      Array.from({ length: count }, (_, at) => from + at),
    )
    const asHex = (node: Uint8Array): Hex => `0x${Buffer.from(node).toString('hex')}`
    return { nodes: nodes.map(asHex), flags: [...flags] }
  }
  if (rewards.length > 0) {
    const args = [period, [...rewards], proofOf(0, rewards.length)] as const
    await pay(encodeFunctionData({ abi, functionName: 'payRewards', args }))
  }
  if (bills.length > 0) {
    const seen = bills.map(({ seconds, ...bill }) => ({ ...bill, secondsSeen: seconds }))
    const args = [period, seen, proofOf(rewards.length, bills.length)] as const
    await pay(encodeFunctionData({ abi, functionName: 'payBills', args }))
  }
  if (credits.length > 0) {
    const args = [
      period,
      [...credits],
      proofOf(rewards.length + bills.length, credits.length),
    ] as const
    await pay(encodeFunctionData({ abi, functionName: 'payCredits', args }))
  }
}

/** Tells the contracts what a model of the leases was told, for the test that holds both equal. */

import {
  compileSolidity,
  createMachine,
  type Artifacts,
  type Genesis,
  type Log,
  type Machine,
  type Parameters,
} from '@nexqloud/contracts'
import type { Address } from '@nexqloud/kernel'
import {
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  parseEventLogs,
  stringToHex,
  type Abi,
  type Hex,
} from 'viem'

import {
  itemRefusals,
  type LeaseAction,
  type LeaseActionName,
  type LeaseActionOf,
} from '../src/lease/action.ts'

/** The contracts of a network, of which devices, masternodes and settlement answer what a story says. */
export type Replay = {
  /** Lets actions happen in one call, several only as items of one batch; refusals have the model's names. */
  readonly tell: (batch: readonly LeaseAction[]) => Promise<ReplayOutcome>
  /** Asks a contract at a time. */
  readonly ask: (call: Call, at: number) => Promise<unknown>
  readonly balanceOf: Machine['balanceOf']
}

/** What the contracts said: events with their arguments and the items left out, or why the call was refused. */
export type ReplayOutcome =
  | {
      readonly done: true
      readonly events: readonly ReplayEvent[]
      readonly refused: readonly RefusedItem[]
    }
  | { readonly done: false; readonly refusal: string }

/** An item that a batch left out, and why. */
export type RefusedItem = {
  readonly instance: unknown
  readonly token: unknown
  readonly refusal: string
}

export type ReplayEvent = {
  readonly eventName: string
  readonly args: Readonly<Record<string, unknown>>
}

/** A function of a contract, and what it is called with. */
type Call = {
  readonly contract: string
  readonly functionName: string
  readonly args?: readonly unknown[]
  readonly value?: bigint
}

/** What a replay starts from. */
export type ReplayStage = {
  readonly artifacts: Artifacts
  readonly parameters: Parameters
  readonly genesis: Genesis
  readonly owner: Address
  readonly doubles: Doubles
}

/** The stand-ins by the name of the contract whose place they take. */
type Doubles = Readonly<Record<string, { readonly abi: Abi; readonly code: Hex }>>

const BLOCK_GAS = 30_000_000n

/** Returns the stand-ins of `contracts/test/leases/Replay.sol`. */
export function compileDoubles(): Doubles {
  const source = 'test/leases/Replay.sol'
  const { contracts } = compileSolidity({ 'replay.sol': `import "${source}";` }, [
    'abi',
    'evm.deployedBytecode.object',
  ])
  return Object.fromEntries(
    Object.entries(contracts[source] ?? {}).map(([name, { abi, evm }]) => [
      name.replace('Replayed', ''),
      { abi: abi as Abi, code: `0x${evm?.deployedBytecode?.object}` as const },
    ]),
  )
}

/** Returns the network at its genesis, with stand-ins in their places. */
export async function createReplay(stage: ReplayStage): Promise<Replay> {
  const { artifacts, genesis, doubles } = stage
  const machine = await createMachine(genesis.common)
  await machine.load(genesis.file.alloc)
  for (const [name, { code }] of Object.entries(doubles)) {
    await machine.setCode(addressOf(artifacts, name), code)
  }
  let block = 1n
  const send = async (call: SentCall, at: number, isTrial = false) => {
    const { contract, functionName, args = [], value = 0n, from = stage.owner } = call
    const data = encodeFunctionData({ abi: abiOf(stage, contract), functionName, args })
    const to = addressOf(artifacts, contract)
    block += isTrial ? 0n : 1n
    if (value > 0n) await machine.setBalance(from, value)
    return machine.send(
      { to, from, data, value, isTrial },
      { number: block, time: at, gasLimit: BLOCK_GAS },
    )
  }
  return {
    tell: async (batch) => {
      const { call, at } = batchCallOf(stage, batch)
      const { reverted, returned, logs } = await send(call, at)
      if (reverted) return { done: false, refusal: errorName(stage, returned) }
      const events = eventsOf(stage, logs)
      return { done: true, events, refused: refusedIn(events) }
    },
    ask: async (call, at) => {
      const { reverted, returned } = await send(call, at, true)
      if (reverted) throw new Error(`${call.functionName} refused: ${errorName(stage, returned)}`)
      const abi = abiOf(stage, call.contract)
      return decodeFunctionResult({ abi, functionName: call.functionName, data: returned })
    },
    balanceOf: machine.balanceOf,
  }
}

type SentCall = Call & { readonly from?: Address }

type Translations = {
  readonly [Name in LeaseActionName]: (action: LeaseActionOf<Name>, stage: ReplayStage) => SentCall
}

const leases = (functionName: string, ...args: readonly unknown[]): SentCall => ({
  contract: 'Leases',
  functionName,
  args,
})

/** How each action is said to the contracts. */
const translations: Translations = {
  deposit: ({ account, amount }) => ({ ...leases('deposit', account), value: amount }),
  approve: ({ masternode }) => leases('approve', masternode),
  revoke: ({ masternode }) => leases('revoke', masternode),
  setLimits: ({ maxTotal, maxRate }) => leases('setLimits', maxTotal, maxRate),
  announceWithdrawal: ({ amount }) => leases('announceWithdrawal', amount),
  cancelWithdrawal: () => leases('cancelWithdrawal'),
  withdraw: ({ to }) => leases('withdraw', to),
  open: ({ opening }) => leases('open', [opening]),
  close: ({ instance, token }) => leases('close', [{ instance, token }]),
  closeInsolvent: ({ instance, token }) => leases('closeInsolvent', [{ instance, token }]),
  skip: ({ period, instance, token }) => leases('skip', period, [{ instance, token }]),
  bill: ({ period, instance, token, seconds }) => ({
    contract: 'Settlement',
    functionName: 'bill',
    args: [period, [{ instance, token, secondsSeen: seconds }]],
  }),
  credit: ({ period, instance, month, amount }) => ({
    contract: 'Settlement',
    functionName: 'credit',
    args: [period, instance, month, amount],
  }),
  settle: ({ period }) => ({ contract: 'Settlement', functionName: 'settle', args: [period] }),
  setTerms: ({ terms }, { owner }) => ({ ...leases('setTerms', terms), from: owner }),
  setIncomeShares: ({ shares }, { owner }) => ({
    contract: 'Treasury',
    functionName: 'setIncomeShares',
    args: [shares],
    from: owner,
  }),
  setMasternode: ({ masternode, signer, payee, isActive }) => ({
    contract: 'Masternodes',
    functionName: 'set',
    args: [masternode, signer, payee, isActive],
  }),
  setDevice: ({ device, owner, isActive }) => ({
    contract: 'Devices',
    functionName: 'set',
    args: [device, owner, isActive],
  }),
  listKind: ({ kind, rate }, { owner, parameters }) => {
    const name = parameters.kinds.find(({ id }) => id === kind)?.name ?? 'unknown'
    return {
      contract: 'Prices',
      functionName: 'listKind',
      args: [kind, stringToHex(name, { size: 32 }), rate],
      from: owner,
    }
  },
  quote: ({ weiPerMicroUsd }) => ({
    contract: 'Prices',
    functionName: 'quote',
    args: [weiPerMicroUsd],
  }),
}

/** The items of a batch are the last argument of its call. */
function batchCallOf(stage: ReplayStage, batch: readonly LeaseAction[]) {
  const [first] = batch
  if (first === undefined) throw new Error('A batch has no item.')
  const call: SentCall = { from: first.by, ...callOf(stage, first) }
  if (batch.length === 1) return { call, at: first.at }
  const items = batch.flatMap((action) => callOf(stage, action).args?.at(-1))
  return { call: { ...call, args: [...(call.args ?? []).slice(0, -1), items] }, at: first.at }
}

function refusedIn(events: readonly ReplayEvent[]): readonly RefusedItem[] {
  return events
    .filter(({ eventName }) => eventName.endsWith('Refused'))
    .map(({ args: { instance, token, reason } }) => ({
      instance,
      token,
      refusal: itemRefusals[Number(reason)] ?? 'None',
    }))
}

function callOf(stage: ReplayStage, action: LeaseAction): SentCall {
  const translate = translations[action.action] as (
    what: LeaseAction,
    where: ReplayStage,
  ) => SentCall
  return translate(action, stage)
}

function addressOf({ addresses }: Artifacts, contract: string): Address {
  return addresses[contract] as Address
}

function abiOf({ artifacts, doubles }: ReplayStage, contract: string): Abi {
  return doubles[contract]?.abi ?? artifacts.contracts[contract]?.abi ?? []
}

function errorName({ artifacts }: ReplayStage, returned: Hex): string {
  const abi = ['Leases', 'Prices', 'Treasury'].flatMap(
    (name) => artifacts.contracts[name]?.abi ?? [],
  )
  return decodeErrorResult({ abi, data: returned }).errorName
}

function eventsOf({ artifacts }: ReplayStage, logs: readonly Log[]): readonly ReplayEvent[] {
  const abi = ['Leases', 'Treasury'].flatMap((name) => artifacts.contracts[name]?.abi ?? [])
  const events = parseEventLogs({ abi, logs: logs as never }) as unknown as readonly ReplayEvent[]
  return events.map(({ eventName, args }) => ({ eventName, args: withPlainAddresses(args) }))
}

/** Addresses in lower case, as the model has them. */
function withPlainAddresses(args: ReplayEvent['args']): ReplayEvent['args'] {
  const entries = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.toLowerCase() : value,
  ])
  return Object.fromEntries(entries)
}

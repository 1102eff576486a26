import {
  decodeFunctionResult,
  encodeErrorResult,
  encodeFunctionData,
  parseEther,
  type Abi,
  type Address,
} from 'viem'

import { MissingArtifactError, type Artifacts } from './artifacts.ts'
import { deploymentsOf, implementationOf, type Launch } from './deployment.ts'
import type { Alloc } from './geth.ts'
import type { BlockContext, Machine } from './machine.ts'
import { DAY_SECONDS } from './parameters.ts'

/** A genesis breaks promises that the whole network has to keep. */
export class GenesisCheckError extends Error {
  readonly code = 'GENESIS_CHECK_FAILED'
  /** One line for each promise: what should hold, and what holds. */
  readonly broken: readonly string[]

  constructor(broken: readonly string[]) {
    super(`This genesis breaks its promises:\n${broken.map((line) => `  ${line}`).join('\n')}`)
    this.name = 'GenesisCheckError'
    this.broken = broken
  }
}

/** A genesis, running. */
export type Running = {
  readonly artifacts: Artifacts
  readonly launch: Launch
  readonly machine: Machine
  readonly block: BlockContext
}

/** All NXQ there are, in wei. */
const SUPPLY = parseEther('21000000')
const ERA_DAYS = 1461
/** The last NXQ are emitted in era 9. */
const ERAS = 10
/** Most bytes of a contract's code (EIP-170). */
const CODE_BYTES = 24_576

/** What has to hold: returns what does not, one line each. */
type Check = (alloc: Alloc, running: Running) => Promise<readonly string[]>

const checks: readonly Check[] = [
  checkSupply,
  checkEmission,
  checkCode,
  checkStorage,
  checkOwners,
  checkImplementations,
  checkInitializers,
  checkMasternodes,
  checkPrice,
]

/**
 * Asks the running contracts whether a genesis keeps what it promises.
 *
 * @throws {@link GenesisCheckError} with every promise that it breaks.
 */
export async function checkGenesis(alloc: Alloc, running: Running): Promise<void> {
  const broken: string[] = []
  // One after the other, here and below: a machine undoes a trial by its newest checkpoint, which has to be the trial's.
  for (const check of checks) broken.push(...(await check(alloc, running)))
  if (broken.length > 0) throw new GenesisCheckError(broken)
}

async function checkSupply(alloc: Alloc): Promise<readonly string[]> {
  const sum = Object.values(alloc).reduce((total, { balance }) => total + BigInt(balance), 0n)
  return sum === SUPPLY ? [] : [`All balances are ${SUPPLY} wei together; they are ${sum}.`]
}

/** Eras have whole periods, periods have whole wei, and the last one ends at the whole half. */
async function checkEmission(_: Alloc, running: Running): Promise<readonly string[]> {
  const { periodSeconds } = running.launch.parameters.calendar
  const half = running.launch.parameters.supply.emissionWei
  const perEra = (ERA_DAYS * DAY_SECONDS) / periodSeconds
  const broken: string[] = []
  for (let era = 0; era < ERAS - 1; era += 1) {
    const emitted = (await ask(running, {
      contract: 'Emission',
      functionName: 'emissionOf',
      args: [era * perEra],
    })) as bigint
    const exact =
      emitted * BigInt(DAY_SECONDS) === (parseEther('3600') >> BigInt(era)) * BigInt(periodSeconds)
    if (!exact)
      broken.push(
        `A period of era ${era} emits its part of the day exactly; it emits ${emitted} wei.`,
      )
  }
  const end = (await ask(running, {
    contract: 'Emission',
    functionName: 'emittedBefore',
    args: [ERAS * perEra],
  })) as bigint
  if (end !== half) broken.push(`All periods emit ${half} wei together; they emit ${end}.`)
  return broken
}

async function checkCode(alloc: Alloc): Promise<readonly string[]> {
  return Object.entries(alloc).flatMap(([address, { code = '0x' }]) => {
    const bytes = (code.length - 2) / 2
    return bytes <= CODE_BYTES
      ? []
      : [`Code has at most ${CODE_BYTES} bytes; ${address} has ${bytes}.`]
  })
}

/** A state trie holds no zeros, so a file that names one has a hash that its text does not show. */
async function checkStorage(alloc: Alloc): Promise<readonly string[]> {
  return Object.entries(alloc).flatMap(([address, { storage = {} }]) =>
    Object.entries(storage)
      .filter(([, value]) => BigInt(value) === 0n)
      .map(([place]) => `Storage holds no zeros; ${address} holds one at ${place}.`),
  )
}

async function checkOwners(_: Alloc, running: Running): Promise<readonly string[]> {
  const { owner } = running.launch.founders
  const broken: string[] = []
  for (const contract of governedIn(running)) {
    const found = String(await ask(running, { contract, functionName: 'owner' })).toLowerCase()
    if (found !== owner) broken.push(`The owner of ${contract} is ${owner}; it is ${found}.`)
  }
  return broken
}

/** The code behind a proxy has no owner of its own, who could upgrade it. */
async function checkImplementations(_: Alloc, running: Running): Promise<readonly string[]> {
  const broken: string[] = []
  for (const contract of governedIn(running)) {
    const question = { contract, functionName: 'owner', isImplementation: true }
    const found = String(await ask(running, question))
    if (BigInt(found) !== 0n)
      broken.push(`The code of ${contract} is owned by nobody; ${found} owns it.`)
  }
  return broken
}

/** Nobody can become an owner by initialising a contract again, or the code behind its proxy. */
async function checkInitializers(_: Alloc, running: Running): Promise<readonly string[]> {
  const { artifacts, launch, machine, block } = running
  const broken: string[] = []
  for (const { contract, initializeArguments } of deploymentsOf(launch)) {
    if (initializeArguments === undefined) continue
    const { abi, address } = findContract(artifacts, contract)
    const refusal = encodeErrorResult({ abi, errorName: 'InvalidInitialization' })
    const data = encodeFunctionData({
      abi,
      functionName: 'initialize',
      args: initializeArguments,
    })
    for (const [part, to] of [
      ['proxy', address],
      ['code', implementationOf(address)],
    ] as const) {
      const { reverted, returned } = await machine.send({ to, data, isTrial: true }, block)
      if (!reverted || returned !== refusal)
        broken.push(`${contract}'s ${part} refuses to be initialised; ${to} does not.`)
    }
  }
  return broken
}

async function checkMasternodes(_: Alloc, running: Running): Promise<readonly string[]> {
  const broken: string[] = []
  for (const { signer } of running.launch.founders.masternodes) {
    const id = await ask(running, {
      contract: 'Masternodes',
      functionName: 'activeIdOf',
      args: [signer],
    })
    if (id === 0) broken.push(`Every founding masternode is active; ${signer} is not.`)
  }
  return broken
}

async function checkPrice(_: Alloc, running: Running): Promise<readonly string[]> {
  const first = running.launch.parameters.prices.firstWeiPerMicroUsd
  const price = await ask(running, { contract: 'Prices', functionName: 'currentPrice' })
  const isFirm = await ask(running, { contract: 'Prices', functionName: 'isFirm' })
  if (price === first && isFirm === true) return []
  return [`The first price is ${first} and firm; it is ${String(price)}, firm: ${String(isFirm)}.`]
}

/** The contracts that have an owner. */
function governedIn({ artifacts }: Running): readonly string[] {
  return Object.entries(artifacts.contracts)
    .filter(([, { abi }]) => abi.some((entry) => 'name' in entry && entry.name === 'owner'))
    .map(([name]) => name)
}

type Question = {
  readonly contract: string
  readonly functionName: string
  readonly args?: readonly unknown[]
  /** Asks the code behind the proxy, in its own storage. */
  readonly isImplementation?: boolean
}

async function ask(
  { artifacts, machine, block }: Running,
  { contract, functionName, args = [], isImplementation = false }: Question,
): Promise<unknown> {
  const { abi, address } = findContract(artifacts, contract)
  const data = encodeFunctionData({ abi, functionName, args })
  const to = isImplementation ? implementationOf(address) : address
  const { returned } = await machine.send({ to, data, isTrial: true }, block)
  return decodeFunctionResult({ abi, functionName, data: returned })
}

type Contract = { readonly abi: Abi; readonly address: Address }

function findContract({ contracts, addresses }: Artifacts, name: string): Contract {
  const [artifact, address] = [contracts[name], addresses[name]]
  if (artifact === undefined || address === undefined) throw new MissingArtifactError(name)
  return { abi: artifact.abi, address }
}

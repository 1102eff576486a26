import { decodeFunctionResult, encodeFunctionData, parseEther } from 'viem'

import { MissingArtifactError, type Artifacts } from './artifacts.ts'
import { implementationOf, type Launch } from './deployment.ts'
import type { Alloc } from './geth.ts'
import type { BlockContext, Machine } from './machine.ts'

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
const DAY_SECONDS = 86_400
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
  checkOwners,
  checkImplementations,
  checkMasternodes,
  checkPrice,
]

/**
 * Asks the running contracts whether a genesis keeps what it promises.
 *
 * @throws {@link GenesisCheckError} with every promise that it breaks.
 */
export async function checkGenesis(alloc: Alloc, running: Running): Promise<void> {
  const broken = await Promise.all(checks.map((check) => check(alloc, running)))
  if (broken.flat().length > 0) throw new GenesisCheckError(broken.flat())
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

async function checkOwners(_: Alloc, running: Running): Promise<readonly string[]> {
  const { owner } = running.launch.founders
  const answers = governedIn(running).map(async (contract) => {
    const found = String(await ask(running, { contract, functionName: 'owner' })).toLowerCase()
    return found === owner ? [] : [`The owner of ${contract} is ${owner}; it is ${found}.`]
  })
  return (await Promise.all(answers)).flat()
}

/** Nobody can become the owner of the code behind a proxy. */
async function checkImplementations(_: Alloc, running: Running): Promise<readonly string[]> {
  const answers = governedIn(running).map(async (contract) => {
    const found = BigInt(
      String(await ask(running, { contract, functionName: 'owner', isImplementation: true })),
    )
    return found === 0n ? [] : [`The code of ${contract} is owned by nobody; ${found} owns it.`]
  })
  return (await Promise.all(answers)).flat()
}

async function checkMasternodes(_: Alloc, running: Running): Promise<readonly string[]> {
  const { masternodes } = running.launch.founders
  const answers = masternodes.map(async ({ signer }) => {
    const id = await ask(running, {
      contract: 'Masternodes',
      functionName: 'activeIdOf',
      args: [signer],
    })
    return id === 0 ? [`Every founding masternode is active; ${signer} is not.`] : []
  })
  return (await Promise.all(answers)).flat()
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
  const [artifact, address] = [artifacts.contracts[contract], artifacts.addresses[contract]]
  if (artifact === undefined || address === undefined) throw new MissingArtifactError(contract)
  const { abi } = artifact
  const data = encodeFunctionData({ abi, functionName, args })
  const to = isImplementation ? implementationOf(address) : address
  const { returned } = await machine.send({ to, data, isTrial: true }, block)
  return decodeFunctionResult({ abi, functionName, data: returned })
}

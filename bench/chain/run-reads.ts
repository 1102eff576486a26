import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  bytesToHex,
  encodeEventTopics,
  encodeFunctionData,
  getContractAddress,
  numberToHex,
  parseAbi,
  type Hex,
} from 'viem'

import type { Facts, Measure } from '../src/index.ts'
import { createCoinCode, encodeTransfer } from './coin.ts'
import { createLoadGenesis, createSenders, createSigner } from './load.ts'
import { assertCostsKnown, cpuSecondsOf, memoryOf } from './process-cost.ts'
import type { ReadServer } from './read-servers.ts'
import type { RpcClient } from './rpc-client.ts'

const SENDERS = 200
/** Requests that are under way at once. */
const AT_ONCE = 8

/** How large the chain is, and how often it is asked. */
export type ReadPlan = {
  readonly blocks: number
  /** Transfers of an ERC-20 in each block: as many logs. */
  readonly transactions: number
  /** Balances of 200 people, who have their turns again and again. */
  readonly calls: number
  /** Balances of as many others, each asked once. */
  readonly firstCalls: number
  /** Searches over 20 blocks, for all logs of the coin. */
  readonly rangeSearches: number
  /** Searches over all blocks, for what one person got. */
  readonly personSearches: number
}

/** Lets a node make the chain from genesis, then asks it; the facts are what its process takes for it, and the answers. */
export async function runReads(
  measure: Measure,
  start: (folder: string) => Promise<ReadServer>,
  plan: ReadPlan,
): Promise<Facts> {
  assertCostsKnown()
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n })
  writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesis.source))
  const server = await start(folder)
  try {
    const residentBefore = memoryOf(server.pid, 'VmRSS')
    await makeChain(server, plan)
    const grownByBlocks = memoryOf(server.pid, 'VmHWM') - residentBefore
    const asked = await measure(() => askAll(server, plan))
    const grownBytes = memoryOf(server.pid, 'VmHWM') - residentBefore
    return { ...asked, grownByBlocks, grownBytes }
  } finally {
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

const senders = createSenders(SENDERS)
const people = senders.map(({ address }) => address)
const coin = getContractAddress({ from: people[0] ?? '0x', nonce: 0n })

async function makeChain({ client, mine }: ReadServer, plan: ReadPlan): Promise<void> {
  const [first] = senders
  if (first === undefined) throw new RangeError('There are no senders.')
  const sign = createSigner()
  const creation = sign(first, { data: createCoinCode(people), gas: 20_000_000n })
  await client.ask('eth_sendRawTransaction', bytesToHex(creation))
  await mine()
  for (let block = 0; block < plan.blocks; block += 1) {
    const raws = Array.from({ length: plan.transactions }, (_, place) => {
      const index = block * plan.transactions + place
      const [from, to] = [senders[index % SENDERS], senders[(index + 7) % SENDERS]]
      if (from === undefined || to === undefined) throw new RangeError('There are no senders.')
      return sign(from, { to: coin, data: encodeTransfer(to.address, 1n), gas: 60_000n })
    })
    await client.askAll(
      raws.map((raw) => ({ method: 'eth_sendRawTransaction', params: [bytesToHex(raw)] })),
    )
    await mine()
    await assertCount(client, { block: block + 2, transactions: plan.transactions })
  }
}

/** On a busy machine our node puts off who seems to take too long: another chain would be made, and no answers the same. */
async function assertCount(
  client: RpcClient,
  { block, transactions }: { readonly block: number; readonly transactions: number },
): Promise<void> {
  const count = Number(await client.ask('eth_getBlockTransactionCountByNumber', numberToHex(block)))
  if (count === transactions) return
  throw new Error(
    `Block ${block} has ${count} transactions instead of ${transactions}: is the machine busy with something else?`,
  )
}

async function askAll(server: ReadServer, plan: ReadPlan): Promise<Facts> {
  const { client } = server
  const firstCalls = await costOf(server, () =>
    askTimes(plan.firstCalls, (turn) => callCoin(client, numberToHex(turn + 1, { size: 20 }))),
  )
  const calls = await costOf(server, () =>
    askTimes(plan.calls, (turn) => callCoin(client, people[turn % SENDERS] ?? '0x')),
  )
  const range = await costOf(server, () =>
    askTimes(plan.rangeSearches, (turn) => {
      const from = 2 + ((turn * 20) % (plan.blocks - 20))
      const bounds = { fromBlock: numberToHex(from), toBlock: numberToHex(from + 19) }
      return searchLogs(client, { ...bounds, address: coin })
    }),
  )
  const person = await costOf(server, () =>
    askTimes(plan.personSearches, (turn) => {
      const to = people[turn % SENDERS]
      const abi = parseAbi([
        'event Transfer(address indexed from, address indexed to, uint256 value)',
      ])
      const topics = encodeEventTopics({ abi, eventName: 'Transfer', args: { to } })
      return searchLogs(client, { fromBlock: '0x0', toBlock: 'latest', address: coin, topics })
    }),
  )
  return {
    firstCallSeconds: firstCalls.cpuSeconds,
    callSeconds: calls.cpuSeconds,
    rangeSeconds: range.cpuSeconds,
    personSeconds: person.cpuSeconds,
    answers: [firstCalls, calls, range, person].map(({ answers }) => answers).join(' '),
  }
}

/** Returns the seconds of CPU that the server's process took for the answers, and their hash. */
async function costOf({ pid }: ReadServer, work: () => Promise<readonly unknown[]>) {
  const before = cpuSecondsOf(pid)
  const answers = await work()
  return {
    cpuSeconds: cpuSecondsOf(pid) - before,
    answers: hash('sha256', JSON.stringify(answers)).slice(0, 16),
  }
}

/** Asks so many times, some at once, and returns the answers in their order. */
async function askTimes(
  times: number,
  ask: (turn: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  let next = 0
  const askOn = async () => {
    while (next < times) {
      const turn = next
      next += 1
      answers[turn] = await ask(turn)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askOn))
  return answers
}

function callCoin(client: RpcClient, holder: Hex): Promise<unknown> {
  const abi = parseAbi(['function balanceOf(address) view returns (uint256)'])
  const data = encodeFunctionData({ abi, functionName: 'balanceOf', args: [holder] })
  return client.ask('eth_call', { to: coin, data }, 'latest')
}

type LogJson = { readonly blockNumber: string; readonly data: string }

/** Returns what both nodes have to agree on: hashes of blocks and transactions depend on the time. */
async function searchLogs(client: RpcClient, filter: unknown): Promise<unknown> {
  const logs = (await client.ask('eth_getLogs', filter)) as readonly LogJson[]
  return logs.map(({ blockNumber, data }) => [blockNumber, data])
}

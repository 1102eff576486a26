/** What the contracts of a whole network say of periods, prices and founders, beside what the rules say. */

import {
  createGenesis,
  createMachine,
  parseFounders,
  readNetwork,
  readRelease,
  type Artifacts,
  type Genesis,
  type Machine,
} from '@nexqloud/contracts'
import { parseAddress, parsePeriod, type Address } from '@nexqloud/kernel'
import fc from 'fast-check'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import {
  changePriceTerms,
  createCalendar,
  createPriceHistory,
  dropQuote,
  fillPrices,
  integralAt,
  isFirm,
  periodOf,
  periodStart,
  priceIn,
  quotePrice,
  splitAmongFounders,
  type PriceHistory,
} from '../src/index.ts'

const genesisTime = 1_700_000_000
const calendar = createCalendar({ genesisTime, periodSeconds: 300 })
const addressOf = (id: number) => parseAddress(`0xee${id.toString(16).padStart(38, '0')}`)
const owner = addressOf(1)
/** The first three sign from genesis on. */
const signers = [11, 12, 13, 14, 15, 16, 17].map(addressOf)
const foundersBps = [1, 3333, 1234, 5432]
const founders = foundersBps.map((bps, index) => ({ account: addressOf(21 + index), bps }))
const terms = { stepBps: 2000, quotesNeeded: 2 }

let artifacts: Artifacts
let genesis: Genesis

beforeAll(async () => {
  artifacts = readRelease()
  const local = readNetwork('local')
  const prices = { ...local.prices, leastSigners: 3, leastQuotes: 2, stepBps: terms.stepBps }
  const parameters = { ...local, prices }
  const masternode = {
    signer: addressOf(2),
    operator: addressOf(3),
    tlsKeyHash: `0x${'1'.repeat(64)}`,
    region: 'eu-west-1',
    endpoint: 'masternode.example:4433',
  }
  const launch = parseFounders(
    {
      genesisTime,
      owner,
      masternodes: [masternode],
      priceSigners: signers.slice(0, 3),
      founders,
      keyHolders: [{ holder: addressOf(4), count: parameters.keys.foundingCount }],
      faucet: addressOf(5),
    },
    parameters,
  )
  genesis = await createGenesis(artifacts, { parameters, founders: launch })
})

test('a second has the same period, and a period the same start', async () => {
  const chain = await createChain()
  const second = fc.nat(4_000_000_000).map((seconds) => genesisTime + seconds)
  await fc.assert(
    fc.asyncProperty(second, async (time) => {
      const period = periodOf(calendar, time)
      const answers = await Promise.all([
        chain.ask('Prices', 'periodOf', { args: [BigInt(time)] }),
        chain.ask('Prices', 'periodStart', { args: [BigInt(period)] }),
      ])
      expect(answers.map(Number)).toEqual([period, periodStart(calendar, period)])
    }),
    { numRuns: 50 },
  )
})

test('founders are owed the same parts of every amount, to the wei', async () => {
  const chain = await createChain()
  const amounts = fc.bigInt({ min: 1n, max: 2n ** 88n })
  await fc.assert(
    fc.asyncProperty(amounts, async (amount) => {
      const before = await owedTo(chain)
      const settlement = chain.addressOf('Settlement')
      const args = [0n, 0n]
      expect(
        await chain.say('Treasury', 'receiveEmission', { args, from: settlement, amount }),
      ).toBe(true)
      const after = await owedTo(chain)
      const parts = after.map((owed, index) => owed - (before[index] ?? 0n))
      expect(parts).toEqual(splitAmongFounders(amount, foundersBps))
    }),
    { numRuns: 50 },
  )
})

const step = fc.record({
  waitSeconds: fc.oneof(fc.nat(400), fc.nat(8000), fc.constantFrom(0, 300, 3600, 3601, 90_000)),
  signer: fc.constantFrom(...signers),
  what: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.bigInt({ min: 7n * 10n ** 11n, max: 14n * 10n ** 11n }).map((wei) => ({ wei })),
    },
    { weight: 3, arbitrary: fc.constant('add' as const) },
    { weight: 2, arbitrary: fc.constant('remove' as const) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 500, max: 5000 }).map((stepBps) => ({ stepBps })),
    },
    {
      weight: 3,
      arbitrary: fc.integer({ min: 2, max: 4 }).map((quotesNeeded) => ({ quotesNeeded })),
    },
    { weight: 2, arbitrary: fc.constant('fill' as const) },
  ),
})

test('three to seven signers come to the same price, the same sum and the same firmness at each step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const chain = await createChain()
      const { firstWeiPerMicroUsd: firstPrice } = readNetwork('local').prices
      let history = createPriceHistory({ calendar, terms, firstPrice })
      let time = genesisTime
      for (const { waitSeconds, signer, what } of steps) {
        time += waitSeconds
        const [said, next] = await tell(chain, { history, time, signer, what })
        history = fillPrices(said ? next : history, time)
        await expectEqualPrices(chain, history, time)
      }
    }),
    { numRuns: 20 },
  )
})

type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never)['what']

/** Says a step to the contract; what the rules make of it counts where the contract took it. */
async function tell(
  chain: Chain,
  {
    history,
    time: at,
    signer,
    what,
  }: { history: PriceHistory; time: number; signer: Address; what: Step },
): Promise<readonly [boolean, PriceHistory]> {
  const vote = (name: string, ...args: readonly unknown[]) =>
    chain.say('Prices', name, { args, from: owner, at })
  if (what === 'fill') return [await vote('fill'), fillPrices(history, at)]
  if (what === 'add') return [await vote('addSigner', signer), fillPrices(history, at)]
  if (what === 'remove') return [await vote('removeSigner', signer), dropQuote(history, signer, at)]
  if ('stepBps' in what) {
    const changed = changePriceTerms(history, { ...history.terms, ...what }, at)
    return [await vote('setStep', what.stepBps), changed]
  }
  if ('quotesNeeded' in what) {
    const changed = changePriceTerms(history, { ...history.terms, ...what }, at)
    return [await vote('setQuotesNeeded', what.quotesNeeded), changed]
  }
  const said = await chain.say('Prices', 'quote', { args: [what.wei], from: signer, at })
  return [said, quotePrice(history, signer, { weiPerMicroUsd: what.wei, quotedAt: at })]
}

async function expectEqualPrices(chain: Chain, history: PriceHistory, time: number): Promise<void> {
  const current = periodOf(calendar, time)
  const earlier = parsePeriod(Math.floor(current / 2))
  const answers = await Promise.all([
    chain.ask('Prices', 'weiPerMicroUsd', { args: [BigInt(current)], at: time }),
    chain.ask('Prices', 'weiPerMicroUsd', { args: [BigInt(earlier)], at: time }),
    chain.ask('Prices', 'isFirm', { at: time }),
    chain.ask('Prices', 'integralAt', { args: [BigInt(time)], at: time }),
  ])
  expect(answers).toEqual([
    priceIn(history, current),
    priceIn(history, earlier),
    isFirm(history, time),
    integralAt(history, time),
  ])
}

function owedTo(chain: Chain): Promise<readonly bigint[]> {
  const asked = founders.map(({ account }) => chain.ask('Treasury', 'owedTo', { args: [account] }))
  return Promise.all(asked) as Promise<bigint[]>
}

type Chain = Awaited<ReturnType<typeof createChain>>

/** The network at its genesis. */
async function createChain() {
  const machine = await createMachine(genesis.common)
  await machine.load(genesis.file.alloc)
  let number = 1n
  const addressOfContract = (contract: string) => artifacts.addresses[contract] as Address
  const send = async (
    contract: string,
    message: Omit<Parameters<Machine['send']>[0], 'to'>,
    time: number,
  ) =>
    machine.send(
      { ...message, to: addressOfContract(contract) },
      { number, time, gasLimit: 30_000_000n },
    )
  const abiOf = (contract: string) => artifacts.contracts[contract]?.abi ?? []
  return {
    addressOf: addressOfContract,
    /** Whether the contract took it. */
    say: async (
      contract: string,
      functionName: string,
      call: { args: readonly unknown[]; from: Address; amount?: bigint; at?: number },
    ): Promise<boolean> => {
      const { args, from, amount: value = 0n, at = genesisTime } = call
      number += 1n
      if (value > 0n) await machine.setBalance(from, value)
      const data = encodeFunctionData({ abi: abiOf(contract), functionName, args })
      return !(await send(contract, { from, data, value }, at)).reverted
    },
    ask: async (
      contract: string,
      functionName: string,
      { args = [], at = genesisTime }: { args?: readonly unknown[]; at?: number } = {},
    ) => {
      const abi = abiOf(contract)
      const data = encodeFunctionData({ abi, functionName, args })
      const { reverted, returned } = await send(contract, { data, isTrial: true }, at)
      if (reverted) throw new Error(`${functionName} reverted.`)
      return decodeFunctionResult({ abi, functionName, data: returned })
    },
  }
}

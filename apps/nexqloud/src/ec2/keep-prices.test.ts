import { createManualClock } from '@nexqloud/kernel'
import type { Ledger } from '@nexqloud/ledger'
import { stringToHex } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import { KeptPrices } from './keep-prices.ts'

test('a size costs what the chain says of the cheapest kind that holds it, as of a minute ago at most', async () => {
  const { prices, clock, chain } = setup()
  expect(prices.priceOf('t3.nano')).toBeUndefined()
  chain.kinds = [['t3.micro', 9_000]]
  await clock.pass(60_000)
  expect(prices.priceOf('t3.micro')).toBe('0.009000')
  expect([prices.priceOf('m5.2xlarge'), prices.priceOf('x9.huge')]).toEqual([undefined, undefined])
  chain.kinds = [['t3.micro', 1_250_000]]
  await clock.pass(60_000)
  expect(prices.priceOf('t3.micro')).toBe('1.250000')
})

test('while the chain is away what it said last counts', async () => {
  const { prices, clock, chain, failures } = setup()
  chain.kinds = [['t3.micro', 9_000]]
  await clock.pass(60_000)
  chain.kinds = undefined
  await clock.pass(60_000)
  expect([prices.priceOf('t3.micro'), failures.length > 0]).toEqual(['0.009000', true])
})

function setup() {
  const clock = createManualClock()
  const prices = new KeptPrices()
  const chain: { kinds: readonly (readonly [name: string, price: number])[] | undefined } = {
    kinds: [],
  }
  const kind = async ([id]: readonly [number]) => {
    if (chain.kinds === undefined) throw new Error('The chain is away.')
    const [name = '', microUsdPerHour = 0] = chain.kinds[id - 1] ?? []
    return { name: stringToHex(name, { size: 32 }), microUsdPerHour }
  }
  const ledger = { prices: { read: { kind } } } as unknown as Pick<Ledger<undefined>, 'prices'>
  const failures: unknown[] = []
  const over = new AbortController()
  onTestFinished(() => over.abort())
  void prices.run({ ledger, clock, onFailure: (failure) => failures.push(failure) }, over.signal)
  return { prices, clock, chain, failures }
}

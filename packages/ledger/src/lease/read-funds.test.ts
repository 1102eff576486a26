import { parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createFundsReader } from './read-funds.ts'

const [one, other] = ['1', '2'].map((digit) => parseAddress(`0x${digit.repeat(40)}`))

test('of an account that was read at a block nothing is asked again before there is a newer one', async () => {
  const { read, chain, asked } = setup()
  await read([one!])
  await read([one!])
  expect(asked).toEqual([one])
  await read([one!, other!])
  expect(asked).toEqual([one, other])
  chain.block += 1n
  await read([one!, other!])
  expect(asked).toEqual([one, other, one, other])
})

test('meanwhile what runs is taken off by the second', async () => {
  const { read, chain } = setup()
  const before = (await read([one!])).get(one!)
  chain.nowMs += 10_000
  const after = (await read([one!])).get(one!)
  expect(after?.at).toBe(before!.at + 10)
  expect(after?.spendable).toBe(before!.spendable - 10n * 7n)
})

/** A chain on which everybody has a million wei, and pays 7 a second. */
function setup() {
  const chain = { block: 5n, nowMs: 1_000_000 }
  const asked: string[] = []
  const answer =
    <Value>(value: Value) =>
    async () =>
      value
  const ledger = {
    client: {
      getBlockNumber: async () => chain.block,
      getBlock: async () => ({ timestamp: 900n }),
    },
    masternodes: { read: { activeIdOf: answer(1) } },
    prices: { read: { currentPrice: answer(3600n) } },
    leases: {
      read: {
        terms: answer({ bufferSeconds: 60 }),
        spendableAt: async ([account]: readonly [string]) => {
          asked.push(account)
          return 1_000_000n
        },
        account: answer({ rateSum: 7n, maxRate: 100n }),
        isApproved: answer(true),
      },
    },
  }
  const clock = { wallMs: () => chain.nowMs }
  const reader = { ledger: ledger as never, signer: one!, clock }
  return { chain, asked, read: createFundsReader(reader) }
}

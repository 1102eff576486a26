import { custom } from 'viem'
import { expect, test } from 'vitest'

import { nexqloudLocal } from './chains.ts'
import { readFeeOffer } from './fee-offer.ts'
import { createLedger } from './ledger.ts'

const GWEI = 10n ** 9n

test('what is offered is the tip and a fifth more than the base fee, both asked at once', async () => {
  const asked: string[] = []
  const request = async ({ method }: { readonly method: string }): Promise<unknown> => {
    asked.push(method)
    // Nobody is answered before both have asked.
    await Promise.resolve()
    expect(asked).toHaveLength(2)
    return method === 'eth_getBlockByNumber' ? block : '0x3b9aca00'
  }
  const ledger = createLedger({ chain: nexqloudLocal, transport: custom({ request }) })
  expect(await readFeeOffer(ledger)).toEqual({
    maxFeePerGas: 13n * GWEI,
    maxPriorityFeePerGas: GWEI,
  })
})

const block = { number: '0x1', baseFeePerGas: '0x2540be400', transactions: [] }

import { createManualClock } from '@nexqloud/kernel'
import { contracts, createLedger, nexqloudLocal } from '@nexqloud/ledger'
import { decodeFunctionData, type TransactionReceipt } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import { connectMemoryNode } from '../session/memory-node.ts'
import type { Intent } from '../transaction/intent.ts'
import { runQuoter } from './quoter.ts'

test('the price that there is is quoted at once, and twice within the hour that a quote counts for', async () => {
  const { quotes, clock } = start()
  await clock.pass(0)
  expect(quotes).toEqual([7_200_000n])
  await clock.pass(3_600_000)
  expect(quotes).toHaveLength(3)
})

test('a quote that fails is tried again after a minute', async () => {
  const { quotes, clock, failing } = start()
  failing.isOn = true
  await clock.pass(120_000)
  expect(quotes).toEqual([])
  failing.isOn = false
  await clock.pass(60_000)
  expect(quotes).toHaveLength(1)
})

function start() {
  const [clock, over] = [createManualClock(), new AbortController()]
  const quotes: unknown[] = []
  const failing = { isOn: false }
  const node = { chainId: nexqloudLocal.id, returns: { currentPrice: 7_200_000n } }
  const ledger = createLedger({ chain: nexqloudLocal, transport: connectMemoryNode(node) })
  const send = async ({ data = '0x' }: Intent): Promise<TransactionReceipt> => {
    if (failing.isOn) throw new Error('The pool is full.')
    quotes.push(decodeFunctionData({ abi: contracts.prices.abi, data }).args?.[0])
    return {} as TransactionReceipt
  }
  void runQuoter({ ledger, send, clock, log: { warn: () => {} } }, over.signal)
  onTestFinished(() => over.abort())
  return { quotes, clock, failing }
}

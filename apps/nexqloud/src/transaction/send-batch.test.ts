import { parseAddress } from '@nexqloud/kernel'
import { numberToHex, parseTransaction, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, refusal } from '../session/memory-node.ts'
import { openSession } from '../session/session.ts'
import { sendBatch } from './send-batch.ts'

const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)
const to = parseAddress(`0x${'1'.repeat(40)}`)
const FIRST_NONCE = 7

test('a batch is tried once and sent in its order, and no block is waited for in between', async () => {
  const { send, sent, asked } = await setup()
  const done: number[] = []
  const receipts = await send(60, (count) => void done.push(count))
  expect(receipts).toHaveLength(60)
  expect(done).toEqual([50, 60])
  expect(
    sent.map((each) => parseTransaction(each)).map(({ nonce, value }) => [nonce, value]),
  ).toEqual(Array.from({ length: 60 }, (_, index) => [FIRST_NONCE + index, BigInt(index + 1)]))
  expect(asked()).toBe(1)
})

test('where one fails in its block, that is told', async () => {
  const { send } = await setup({ failing: 3 })
  await expect(send(5)).rejects.toMatchObject({ code: 'CLI_REVERTED' })
})

test('nothing to be sent asks nothing', async () => {
  const { send, asked } = await setup()
  expect(await send(0)).toEqual([])
  expect(asked()).toBe(0)
})

async function setup({ failing = 0 } = {}) {
  using folder = openScratchFolder()
  const sent: Hex[] = []
  let asked = 0
  const transport = connectMemoryNode({
    chainId: 5_134_418,
    balances: { [account.address.toLowerCase()]: 10n ** 18n },
    methods: {
      eth_call: () => '0x',
      eth_estimateGas: () => {
        asked += 1
        return numberToHex(21_000)
      },
      eth_gasPrice: () => '0x0',
      eth_maxPriorityFeePerGas: () => '0x0',
      eth_getTransactionCount: () => numberToHex(FIRST_NONCE),
      eth_sendRawTransaction: ([serialized]) => {
        sent.push(serialized as Hex)
        return numberToHex(sent.length, { size: 32 })
      },
      // All of them are in one block, which comes when the last one is there.
      eth_getTransactionReceipt: ([hash]) => {
        if (sent.length < wanted) throw refusal(-32_000, 'unknown')
        const status = Number(hash) === failing ? '0x0' : '0x1'
        return { transactionHash: hash, status, type: '0x2', logs: [] }
      },
    },
  })
  let wanted = 0
  const shell = createMemoryShell({ connect: async () => transport })
  const session = await openSession({ data: folder.path }, shell)
  const wallet = { name: 'fleet', address: parseAddress(account.address), file: '' }
  return {
    sent,
    asked: () => asked,
    send: (count: number, onProgress?: (done: number) => void) => {
      wanted = count
      const intents = Array.from({ length: count }, (_, index) => ({
        to,
        value: BigInt(index + 1),
      }))
      return sendBatch(session, { sender: { wallet, account }, intents }, onProgress)
    },
  }
}

import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeErrorResult, numberToHex, parseTransaction, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, refusal, revertWith } from '../session/memory-node.ts'
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
  // Of the first and the last.
  expect(asked()).toBe(2)
})

test('each gets what the first or the last needs, whichever is more', async () => {
  for (const gasOf of [(value: bigint) => 20_000n + value, (value: bigint) => 21_000n - value]) {
    const { send, sent } = await setup({ gasOf })
    await send(10)
    const most = gasOf(1n) > gasOf(10n) ? gasOf(1n) : gasOf(10n)
    const gas = sent.map((each) => parseTransaction(each).gas)
    expect(new Set(gas)).toEqual(new Set([most + (most * 30n) / 100n]))
  }
})

test('where the last waits for those before it, the first tells what each needs', async () => {
  const gasOf = (value: bigint): bigint => {
    if (value === 1n) return 21_000n
    throw revertWith(
      encodeErrorResult({
        abi: contracts.devices.abi,
        errorName: 'DevicesSignatureInvalid',
        args: [to],
      }),
    )
  }
  const { send, sent } = await setup({ gasOf })
  await send(3)
  expect(sent.map((each) => parseTransaction(each).gas)).toEqual([27_300n, 27_300n, 27_300n])
})

test('nothing is sent where the wallet cannot pay for all of it', async () => {
  const { send, sent } = await setup({ balance: 50n })
  await expect(send(10)).rejects.toMatchObject({ code: 'CLI_FUNDS_TOO_LOW' })
  expect(sent).toEqual([])
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

async function setup({
  failing = 0,
  balance = 10n ** 18n,
  gasOf = (_value: bigint): bigint => 21_000n,
} = {}) {
  using folder = openScratchFolder()
  const sent: Hex[] = []
  let asked = 0
  const transport = connectMemoryNode({
    chainId: 5_134_418,
    balances: { [account.address.toLowerCase()]: balance },
    methods: {
      eth_call: () => '0x',
      eth_estimateGas: ([call]) => {
        asked += 1
        return numberToHex(gasOf(BigInt((call as { readonly value: Hex }).value)))
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

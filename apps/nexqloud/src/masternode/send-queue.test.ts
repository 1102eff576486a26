import { parseAddress } from '@nexqloud/kernel'
import { numberToHex, parseTransaction, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, refusal } from '../session/memory-node.ts'
import { openSession } from '../session/session.ts'
import { createSendQueue } from './send-queue.ts'

const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)
const to = parseAddress(`0x${'1'.repeat(40)}`)

test('what is sent at once goes out one after the other, each with a number of its own', async () => {
  const { send, sent } = await setup()
  await Promise.all([send({ to, value: 1n }), send({ to, value: 2n }), send({ to, value: 3n })])
  expect(
    sent.map((each) => parseTransaction(each)).map(({ nonce, value }) => [nonce, value]),
  ).toEqual([
    [0, 1n],
    [1, 2n],
    [2, 3n],
  ])
})

test('what is asked for first goes first, also where the node says late what it needs', async () => {
  const { send, sent } = await setup()
  await Promise.all([send({ to, value: 1n }), send({ to, value: 2n, gas: 21_000n })])
  expect(sent.map((each) => parseTransaction(each).value)).toEqual([1n, 2n])
})

test('a block is waited for by who sent, and by nobody who sends next', async () => {
  const { send, sent } = await setup({ perBlock: 3 })
  const receipts = await Promise.all([1n, 2n, 3n].map((value) => send({ to, value })))
  expect(sent).toHaveLength(3)
  expect(receipts.map(({ transactionHash }) => BigInt(transactionHash))).toEqual([1n, 2n, 3n])
})

test('one that fails holds nobody up', async () => {
  const { send, sent } = await setup()
  const failed = send({ to, value: 99n })
  const next = send({ to, value: 1n })
  await expect(failed).rejects.toMatchObject({ code: 'CLI_FUNDS_TOO_LOW' })
  await next
  expect(sent).toHaveLength(1)
})

test('gas that is known is not asked for; where it was too little, the node is asked', async () => {
  const { send, sent } = await setup()
  const gasOf = () => sent.map((each) => parseTransaction(each).gas)
  await send({ to, data: '0x01', gas: 40n })
  expect(gasOf()).toEqual([40n])
  await send({ to, data: '0x01', gas: TOO_LITTLE })
  expect(gasOf()).toEqual([40n, TOO_LITTLE, 27_300n])
})

const TOO_LITTLE = 39n

async function setup({ perBlock = 1 } = {}) {
  using folder = openScratchFolder()
  const sent: Hex[] = []
  const transport = connectMemoryNode({
    chainId: 5_134_418,
    balances: { [account.address.toLowerCase()]: 50n },
    methods: {
      eth_call: () => '0x',
      eth_estimateGas: () => numberToHex(21_000),
      eth_gasPrice: () => '0x0',
      eth_maxPriorityFeePerGas: () => '0x0',
      eth_getTransactionCount: () => numberToHex(sent.length),
      eth_sendRawTransaction: ([serialized]) => {
        sent.push(serialized as Hex)
        return numberToHex(sent.length, { size: 32 })
      },
      eth_getTransactionReceipt: ([hash]) => {
        const inBlocks = sent.length - (sent.length % perBlock)
        if (BigInt(String(hash)) > inBlocks) throw refusal(-32_000, 'unknown')
        const { gas } = parseTransaction(sent[Number(hash) - 1] ?? '0x')
        const status = gas === TOO_LITTLE ? '0x0' : '0x1'
        return { transactionHash: hash, status, type: '0x2', logs: [] }
      },
    },
  })
  const shell = createMemoryShell({ connect: async () => transport })
  const session = await openSession({ data: folder.path }, shell)
  const wallet = { name: 'masternode', address: parseAddress(account.address), file: '' }
  return { sent, send: createSendQueue(session, { wallet, account }) }
}

import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import {
  encodeErrorResult,
  encodeFunctionData,
  numberToHex,
  parseEther,
  parseTransaction,
  type Hex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, refusal, revertWith, type MemoryNode } from '../session/memory-node.ts'
import { openSession } from '../session/session.ts'
import type { Intent } from './intent.ts'
import { feeOf } from './receipt.ts'
import { sendTransaction } from './send.ts'

const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)
const to = contracts.leases.address
const hash: Hex = `0x${'5'.repeat(64)}`
const announce = encodeFunctionData({
  abi: contracts.leases.abi,
  functionName: 'announceWithdrawal',
  args: [1n],
})

test('a transaction is signed for this chain, sent once, and awaited', async () => {
  const { outcome, sent } = await send({ to, value: 5n })
  expect(await outcome).toMatchObject({ transactionHash: hash, status: 'success' })
  expect(sent).toHaveLength(1)
  expect(parseTransaction(sent[0] ?? '0x')).toMatchObject({
    chainId: 5_134_418,
    nonce: 0,
    to,
    value: 5n,
    gas: 21_000n,
  })
})

test('a call of a contract may use more gas than its estimate, for the state may change', async () => {
  const { sent, outcome } = await send({ to, data: announce })
  await outcome
  expect(parseTransaction(sent[0] ?? '0x')).toMatchObject({ data: announce, gas: 27_300n })
})

test('the fee is the gas that was used, at the price that was paid', async () => {
  const { outcome } = await send({ to, value: 5n })
  expect(feeOf(await outcome)).toBe(21_000n * 7n)
})

test('what a contract refuses is not sent', async () => {
  const data = encodeErrorResult({
    abi: contracts.leases.abi,
    errorName: 'LeasesAmountZero',
  })
  const eth_call = () => {
    throw revertWith(data)
  }
  const { outcome, sent } = await send({ to, data: announce }, { eth_call })
  await expect(outcome).rejects.toMatchObject({
    code: 'CLI_REFUSED',
    hint: 'Name an amount above 0.',
  })
  expect(sent).toEqual([])
})

test.each([
  ['the amount', { to, value: parseEther('11') }, {}],
  ['the fee', { to, value: parseEther('10') }, { eth_maxPriorityFeePerGas: () => '0x3b9aca00' }],
] as const)('a wallet that cannot pay %s sends nothing', async (_, intent, methods) => {
  const { outcome, sent } = await send(intent, methods)
  await expect(outcome).rejects.toMatchObject({ code: 'CLI_FUNDS_TOO_LOW' })
  expect(sent).toEqual([])
})

const overtaken =
  'Another transaction of this wallet came first. Repeat the command once that is in a block.'

test.each([
  [
    'txpool is full',
    { code: 'CHAIN_POOL_FULL', hint: 'Wait until blocks have made room.' },
    'Wait until blocks have made room.',
  ],
  ['txpool is full', undefined, 'Look at the node, then repeat the command.'],
  [
    'replacement transaction underpriced: its fees are 0 and 0 wei',
    { hint: 'Raise both fees by at least 10 %.' },
    overtaken,
  ],
  ['nonce too low: next nonce 5, tx nonce 4', undefined, overtaken],
])('a node that does not take a transaction is quoted: %s, %j', async (message, data, hint) => {
  const eth_sendRawTransaction = () => {
    throw refusal(-32_000, message, data)
  }
  const { outcome } = await send({ to, value: 5n }, { eth_sendRawTransaction })
  await expect(outcome).rejects.toMatchObject({
    code: 'CLI_NOT_SENT',
    kind: 'unavailable',
    message: `The transaction was not sent: ${message}`,
    hint,
  })
})

test('a transaction that failed in its block is told, with the way to see why', async () => {
  const eth_getTransactionReceipt = () => ({ ...receipt, status: '0x0' })
  const { outcome } = await send({ to, value: 5n }, { eth_getTransactionReceipt })
  await expect(outcome).rejects.toMatchObject({
    code: 'CLI_REVERTED',
    hint: `See why with: nexqloud chain show ${hash}`,
  })
})

test('a transaction that no block takes is given up after two minutes, and stays on its way', async () => {
  const { outcome } = await send({ to, value: 5n }, { eth_getTransactionReceipt: () => null })
  await expect(outcome).rejects.toMatchObject({
    code: 'CLI_STILL_PENDING',
    hint: `See what became of it with: nexqloud chain show ${hash}`,
  })
})

test('a node that starts again while it is waited for is asked again', async () => {
  const answers = [new Error('The node is gone.'), null, receipt]
  const eth_getTransactionReceipt = () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const { outcome } = await send({ to, value: 5n }, { eth_getTransactionReceipt })
  expect(await outcome).toMatchObject({ status: 'success' })
})

test('whoever ends the wait is told that the transaction is on its way', async () => {
  const stop = new AbortController()
  const eth_getTransactionReceipt = () => {
    stop.abort()
    return null
  }
  const { outcome } = await send({ to, value: 5n }, { eth_getTransactionReceipt }, stop.signal)
  await expect(outcome).rejects.toMatchObject({ code: 'CLI_STILL_PENDING', hash })
})

test('whoever ends the command before that sends nothing', async () => {
  const { outcome, sent } = await send({ to, value: 5n }, {}, AbortSignal.abort())
  await expect(outcome).rejects.toMatchObject({ code: 'CLI_STOPPED' })
  expect(sent).toEqual([])
})

const receipt = {
  transactionHash: hash,
  blockHash: hash,
  blockNumber: '0x1',
  transactionIndex: '0x0',
  gasUsed: '0x5208',
  effectiveGasPrice: '0x7',
  cumulativeGasUsed: '0x5208',
  status: '0x1',
  type: '0x2',
  logs: [],
}

/** Sends from an account that has 10 NXQ, through a node in memory that keeps what it is sent. */
async function send(
  intent: Intent,
  methods: NonNullable<MemoryNode['methods']> = {},
  signal = new AbortController().signal,
) {
  using folder = openScratchFolder()
  const sent: Hex[] = []
  const transport = connectMemoryNode({
    chainId: 5_134_418,
    balances: { [account.address.toLowerCase()]: parseEther('10') },
    methods: {
      eth_call: () => '0x',
      eth_estimateGas: () => numberToHex(21_000),
      eth_gasPrice: () => '0x0',
      eth_maxPriorityFeePerGas: () => '0x0',
      eth_sendRawTransaction: ([serialized]) => {
        sent.push(serialized as Hex)
        return hash
      },
      eth_getTransactionReceipt: () => receipt,
      ...methods,
    },
  })
  const shell = { ...createMemoryShell({ connect: async () => transport }), signal }
  const session = await openSession({ data: folder.path }, shell)
  const wallet = { name: 'alice', address: parseAddress(account.address), file: '' }
  return { sent, outcome: sendTransaction(session, { wallet, account }, intent) }
}

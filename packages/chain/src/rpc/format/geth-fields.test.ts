import { afterAll, beforeAll, expect, test } from 'vitest'

import { deploying, logging } from '../../../test/bytecode.ts'
import { signAs } from '../../../test/engine.ts'
import { accountOf, contractOf, createLocalGenesis } from '../../../test/local-genesis.ts'
import { openRpcNode, toHex, type RpcNode } from '../../../test/rpc-node.ts'

/** Fields as geth 1.17.5 gave them for the same blocks. */
const placeFields = listOf('blockHash blockNumber blockTimestamp transactionIndex')
const transactionFields = [
  ...placeFields,
  ...listOf('from gas gasPrice hash input nonce to value type chainId v r s'),
]
const typedFields = [...transactionFields, 'accessList', 'yParity']
const feeFields = [...typedFields, 'maxFeePerGas', 'maxPriorityFeePerGas']
const headerFields = listOf(
  `number hash parentHash nonce mixHash sha3Uncles logsBloom stateRoot miner difficulty extraData gasLimit gasUsed timestamp
   transactionsRoot receiptsRoot baseFeePerGas withdrawalsRoot blobGasUsed excessBlobGas parentBeaconBlockRoot`,
)
const receiptFields = listOf(
  `blockHash blockNumber contractAddress cumulativeGasUsed effectiveGasPrice from gasUsed logs logsBloom status to
   transactionHash transactionIndex type`,
)
const logFields = listOf(
  `address topics data blockNumber blockHash blockTimestamp transactionHash transactionIndex logIndex removed`,
)

/** What of them is a number, and so has no zeros before it. */
const numbers = new Set(
  listOf(
    `number difficulty gasLimit gasUsed timestamp baseFeePerGas blobGasUsed excessBlobGas size blockNumber blockTimestamp
     transactionIndex gas gasPrice value type chainId yParity v r s maxFeePerGas maxPriorityFeePerGas cumulativeGasUsed
     effectiveGasPrice status logIndex`,
  ),
)

let node: RpcNode

beforeAll(async () => {
  const sender = accountOf(0).address
  node = await openRpcNode(await createLocalGenesis({ [sender]: 10n ** 18n }))
  const to = contractOf(sender, 0)
  const old = { maxFeePerGas: undefined, maxPriorityFeePerGas: undefined, gasPrice: 7n, to }
  const sent = await Promise.all([
    signAs(0, { nonce: 0, data: deploying(logging) }),
    signAs(0, { nonce: 1, type: 'legacy', ...old }),
    signAs(0, {
      nonce: 2,
      type: 'eip2930',
      ...old,
      accessList: [{ address: to, storageKeys: [] }],
    }),
    signAs(0, { nonce: 3, to, maxPriorityFeePerGas: 3n }),
  ])
  await node.mine(...sent.map(({ raw }) => toHex(raw)))
})

afterAll(() => node.close())

test('a block has its header, its transactions and its withdrawals', async () => {
  const block = await ask('eth_getBlockByNumber', '0x1', true)
  const body = ['size', 'uncles', 'transactions', 'withdrawals']
  expectFields(block, [...headerFields, ...body])
})

test.each([
  [1, transactionFields],
  [2, typedFields],
  [3, feeFields],
])('transaction %i has the fields of its type', async (index, fields) => {
  const transaction = await ask('eth_getTransactionByBlockNumberAndIndex', '0x1', `0x${index}`)
  expectFields(transaction, fields)
  expectFields(await ask('eth_getTransactionByHash', transaction['hash']), fields)
})

test('a transaction that waits has the same fields, and stands nowhere', async () => {
  const { raw } = await signAs(0, { nonce: 9 })
  const { result: hash } = await node.ask('eth_sendRawTransaction', toHex(raw))
  const transaction = await ask('eth_getTransactionByHash', hash)
  expectFields(transaction, feeFields)
  for (const field of placeFields) expect(transaction[field]).toBeNull()
})

test('a receipt says what was made, what it cost and what was logged', async () => {
  const { result } = await node.ask('eth_getBlockReceipts', '0x1')
  const receipts = result as readonly Fields[]
  for (const receipt of receipts) expectFields(receipt, receiptFields)
  const [making, , , logged] = receipts
  expect(making?.['contractAddress']).toBe(contractOf(accountOf(0).address, 0))
  expect(logged).toMatchObject({ contractAddress: null, effectiveGasPrice: '0x3', type: '0x2' })
  const logs = logged?.['logs'] as readonly Fields[]
  expect(logs).toHaveLength(1)
  for (const log of logs) expectFields(log, logFields)
  expect(logs[0]).toMatchObject({ logIndex: '0x2', transactionIndex: '0x3', removed: false })
})

type Fields = Readonly<Record<string, unknown>>

async function ask(method: string, ...params: readonly unknown[]): Promise<Fields> {
  const { result } = await node.ask(method, ...params)
  return result as Fields
}

function expectFields(found: Fields, fields: readonly string[]): void {
  expect(Object.keys(found).toSorted()).toEqual(fields.toSorted())
  for (const [name, value] of Object.entries(found)) {
    if (numbers.has(name) && value !== null) expect(value).toMatch(/^0x(?:0|[1-9a-f][0-9a-f]*)$/)
  }
}

function listOf(text: string): readonly string[] {
  return text.split(/\s+/)
}

import { contracts } from '@nexqloud/ledger'
import {
  BaseError,
  createPublicClient,
  createWalletClient,
  defineChain,
  getContract,
  http,
  numberToHex,
  padHex,
  parseEther,
  webSocket,
  type Hex,
  type Log,
} from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import * as bytecode from '../../test/bytecode.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { openRpcNode, type RpcNode } from '../../test/rpc-node.ts'

const account = accountOf(0)
const chain = defineChain({
  id: 5_134_418,
  name: 'test',
  nativeCurrency: { name: 'NexQloud', symbol: 'NXQ', decimals: 18 },
  rpcUrls: { default: { http: [] } },
})

let node: RpcNode

beforeAll(async () => {
  const genesis = await createLocalGenesis({
    [account.address]: parseEther('100'),
    [accountOf(1).address]: parseEther('1'),
  })
  node = await openRpcNode(genesis)
})

afterAll(() => node.close())

test('a wallet asks, estimates, sends and has its receipt', async () => {
  const { reader, wallet } = setup()
  expect(await reader.getChainId()).toBe(chain.id)
  expect(await reader.getBalance({ address: account.address })).toBe(parseEther('100'))
  const to = accountOf(5).address
  const hash = await wallet.sendTransaction({ to, value: parseEther('1') })
  expect(await reader.getTransaction({ hash })).toMatchObject({
    blockNumber: null,
    type: 'eip1559',
  })
  const count = { address: account.address }
  expect(await reader.getTransactionCount({ ...count, blockTag: 'pending' })).toBe(1)
  expect(await reader.getTransactionCount(count)).toBe(0)
  const receipt = await node.afterBlock(reader.waitForTransactionReceipt({ hash }))
  expect(receipt).toMatchObject({ status: 'success', gasUsed: 21_000n, transactionIndex: 0 })
  expect(await reader.getBalance({ address: to })).toBe(parseEther('1'))
  expect(await reader.getBalance({ address: to, blockNumber: 0n })).toBe(0n)
  const block = await reader.getBlock({ includeTransactions: true })
  expect(block.transactions[0]).toMatchObject({ hash, from: account.address.toLowerCase() })
  expect(await reader.getTransaction({ blockNumber: 1n, index: 0 })).toMatchObject({ hash })
})

test('deploys a contract, writes to it, reads it at every block, proves a slot', async () => {
  const { reader, wallet } = setup()
  const address = await deploy(bytecode.cell)
  const data = numberToHex(42, { size: 32 })
  const before = await reader.getBlockNumber()
  const hash = await wallet.sendTransaction({ to: address, data })
  await node.afterBlock(reader.waitForTransactionReceipt({ hash }))
  expect(await reader.call({ to: address })).toEqual({ data })
  expect(await reader.call({ to: address, blockNumber: before })).toEqual({
    data: padHex('0x', { size: 32 }),
  })
  const slot = padHex('0x', { size: 32 })
  expect(await reader.getStorageAt({ address, slot })).toBe(data)
  expect(await reader.getCode({ address })).toBe(bytecode.cell)
  const proof = await reader.getProof({ address, storageKeys: [slot] })
  expect(proof.storageProof).toMatchObject([{ key: slot, value: 42n }])
  const list = await reader.createAccessList({ to: address, data, account })
  expect(list.accessList).toEqual([{ address, storageKeys: [slot] }])
})

test('a contract’s own error comes back decoded, and named in the message', async () => {
  const { reader } = setup()
  const leases = getContract({ ...contracts.devices, client: reader })
  const failure = await leases.simulate
    .transferOwnership([accountOf(7).address], { account: accountOf(6).address })
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(BaseError)
  expect(String(failure)).toContain('OwnableUnauthorizedAccount(address account)')
  const data = '0xf2fde38b' + padHex(accountOf(7).address, { size: 32 }).slice(2)
  const call = { from: accountOf(6).address, to: contracts.devices.address, data }
  for (const method of ['eth_call', 'eth_estimateGas']) {
    const { error } = await node.ask(method, call)
    expect(error).toMatchObject({
      code: 3,
      message: expect.stringMatching(/^execution reverted: OwnableUnauthorizedAccount\(0x/),
      data: expect.stringMatching(/^0x118cdaa7/),
    })
  }
})

test('finds logs by address and topic, and watches for them over WebSocket', async () => {
  const { reader, wallet } = setup()
  const [target, address] = [await deploy(bytecode.cell), await deploy(bytecode.forwarding)]
  const watcher = createPublicClient({ chain, transport: webSocket(node.webSocketUrl) })
  const seen = Promise.withResolvers<readonly Log[]>()
  const heads = Promise.withResolvers<bigint>()
  const pending = Promise.withResolvers<readonly Hex[]>()
  const ends = [
    watcher.watchEvent({ address, onLogs: seen.resolve, onError: seen.reject }),
    watcher.watchBlockNumber({ onBlockNumber: heads.resolve, onError: heads.reject }),
    watcher.watchPendingTransactions({ onTransactions: pending.resolve, onError: pending.reject }),
  ]
  const filter = await reader.createEventFilter({ address })
  await watcher.getBlockNumber()
  await new Promise(setImmediate)
  const hash = await wallet.sendTransaction({ to: address, data: padHex(target, { size: 32 }) })
  expect(await pending.promise).toEqual([hash])
  const { blockNumber } = await node.afterBlock(reader.waitForTransactionReceipt({ hash }))
  const topic = numberToHex(7, { size: 32 })
  const expected = { address, topics: [topic], transactionHash: hash, logIndex: 0 }
  expect(await seen.promise).toMatchObject([expected])
  expect(await heads.promise).toBe(blockNumber)
  for (const end of ends) end()
  expect(await reader.getFilterChanges({ filter })).toMatchObject([expected])
  expect(await reader.getFilterChanges({ filter })).toEqual([])
  expect(await reader.getLogs({ address, fromBlock: 'earliest' })).toMatchObject([expected])
  const byTopic = { fromBlock: '0x0', topics: [[topic, padHex('0x', { size: 32 })]] }
  expect((await node.ask('eth_getLogs', byTopic)).result).toMatchObject([{ address }])
  const none = { fromBlock: '0x0', topics: [null, topic] }
  expect((await node.ask('eth_getLogs', none)).result).toEqual([])
  const socket = await watcher.transport.getRpcClient()
  socket.close()
})

test('gives the history of fees with rewards', async () => {
  const { reader, wallet } = setup()
  const hash = await wallet.sendTransaction({
    to: accountOf(5).address,
    maxFeePerGas: 100n,
    maxPriorityFeePerGas: 9n,
    gas: 21_000n,
  })
  await node.afterBlock(reader.waitForTransactionReceipt({ hash }))
  const history = await reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [0, 50, 100] })
  expect(history.reward?.[1]).toEqual([9n, 9n, 9n])
  expect(history.baseFeePerGas).toHaveLength(3)
  expect(await reader.getBlobBaseFee()).toBe(1n)
  expect(await reader.estimateMaxPriorityFeePerGas()).toBe(0n)
})

test('gives blocks, receipts, uncles and what waits', async () => {
  const { reader, wallet } = setup()
  const hash = await wallet.sendTransaction({ to: account.address })
  const { result: status } = await node.ask('txpool_status')
  expect(status).toEqual({ pending: '0x1', queued: '0x0' })
  const { result: content } = await node.ask('txpool_content')
  expect(content).toMatchObject({ pending: { [account.address]: expect.any(Object) }, queued: {} })
  const { blockHash, blockNumber } = await node.afterBlock(
    reader.waitForTransactionReceipt({ hash }),
  )
  expect(await reader.getBlockTransactionCount({ blockHash })).toBe(1)
  const block = await reader.getBlock({ blockHash })
  expect(block).toMatchObject({ number: blockNumber, uncles: [], withdrawals: expect.any(Array) })
  const { result: receipts } = await node.ask('eth_getBlockReceipts', { blockHash })
  expect(receipts).toMatchObject([{ transactionHash: hash, type: '0x2', status: '0x1' }])
  const { result: uncles } = await node.ask('eth_getUncleCountByBlockHash', blockHash)
  expect(uncles).toBe('0x0')
  const { result: trace } = await node.ask('debug_traceTransaction', hash, { tracer: 'callTracer' })
  expect(trace).toMatchObject({ type: 'CALL', gasUsed: '0x5208' })
  const { result: steps } = await node.ask('debug_traceTransaction', hash)
  expect(steps).toMatchObject({ gas: 21_000, failed: false, structLogs: [] })
})

function setup() {
  const transport = http(node.url)
  return {
    reader: createPublicClient({ chain, transport, pollingInterval: 10, cacheTime: 0 }),
    wallet: createWalletClient({ chain, transport, account }),
  }
}

async function deploy(code: Hex): Promise<Hex> {
  const { reader, wallet } = setup()
  const hash = await wallet.sendTransaction({ data: bytecode.deploying(code) })
  const receipt = await node.afterBlock(reader.waitForTransactionReceipt({ hash }))
  if (!receipt.contractAddress) throw new Error('It made no contract.')
  return receipt.contractAddress.toLowerCase() as Hex
}

import { contracts } from '@nexqloud/ledger'
import {
  Contract,
  ContractFactory,
  Interface,
  isError,
  JsonRpcProvider,
  parseEther,
  Wallet,
  WebSocketProvider,
  zeroPadValue,
} from 'ethers'
import { numberToHex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import * as bytecode from '../../test/bytecode.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { openRpcNode, type RpcNode } from '../../test/rpc-node.ts'

const key = `0x${(1000).toString(16).padStart(64, '0')}`

let node: RpcNode
let provider: JsonRpcProvider

beforeAll(async () => {
  const genesis = await createLocalGenesis({ [accountOf(0).address]: parseEther('100') })
  node = await openRpcNode(genesis)
  provider = new JsonRpcProvider(node.url, undefined, { pollingInterval: 20, cacheTimeout: -1 })
})

afterAll(async () => {
  provider.destroy()
  await node.close()
})

test('knows the network, sends value and has its receipt', async () => {
  expect((await provider.getNetwork()).chainId).toBe(5_134_418n)
  expect(await provider.getBalance(accountOf(0).address)).toBe(parseEther('100'))
  const wallet = new Wallet(key, provider)
  const sent = await wallet.sendTransaction({ to: accountOf(5).address, value: 7n })
  const receipt = await node.afterBlock(sent.wait())
  expect(receipt).toMatchObject({ status: 1, gasUsed: 21_000n, blockNumber: 1 })
  const [transaction] = (await provider.getBlock(1, true))?.prefetchedTransactions ?? []
  expect(transaction).toMatchObject({ hash: sent.hash, from: accountOf(0).address, value: 7n })
  expect(await provider.getTransaction(sent.hash)).toMatchObject({ index: 0, value: 7n })
})

test.each([0, 1, 2])('sends a transaction of type %i', async (type) => {
  const wallet = new Wallet(key, provider)
  const to = accountOf(5).address
  const sent = await wallet.sendTransaction({ to, type, ...(type < 2 && { gasPrice: 5n }) })
  const receipt = await node.afterBlock(sent.wait())
  expect(receipt).toMatchObject({ type, gasPrice: type < 2 ? 5n : 0n })
  const transaction = await provider.getTransaction(sent.hash)
  expect(transaction?.signature.serialized).toBe(sent.signature.serialized)
})

test('deploys a contract and hears its events', async () => {
  const wallet = new Wallet(key, provider)
  const abi = new Interface(['event Answered()', 'function forward(address) payable'])
  const factory = new ContractFactory(abi, bytecode.deploying(bytecode.forwarding), wallet)
  const contract = await factory.deploy()
  await node.afterBlock(contract.waitForDeployment())
  const address = await contract.getAddress()
  const socket = new WebSocketProvider(node.webSocketUrl)
  const heard = Promise.withResolvers<unknown>()
  await socket.on({ address, topics: [numberToHex(7, { size: 32 })] }, heard.resolve)
  await socket.getBlockNumber()
  const data = zeroPadValue(accountOf(5).address, 32)
  const sent = await wallet.sendTransaction({ to: address, data })
  await node.afterBlock(sent.wait())
  expect(await heard.promise).toMatchObject({ address, transactionHash: sent.hash, index: 0 })
  const logs = await provider.getLogs({ address, fromBlock: 0 })
  expect(logs).toMatchObject([{ transactionHash: sent.hash }])
  await socket.destroy()
})

test('a contract’s own error comes back decoded', async () => {
  const { address, abi } = contracts.devices
  const devices = new Contract(address, abi, provider)
  const failure: unknown = await devices
    .getFunction('transferOwnership')
    .staticCall(accountOf(7).address, { from: accountOf(6).address })
    .catch((error: unknown) => error)
  if (!isError(failure, 'CALL_EXCEPTION')) throw new Error('It did not fail as a call fails.')
  expect(failure.revert).toMatchObject({
    name: 'OwnableUnauthorizedAccount',
    args: [accountOf(6).address],
  })
})

test('a refused transaction comes back as what it is', async () => {
  const poor = new Wallet(`0x${'77'.repeat(32)}`, provider)
  const to = accountOf(5).address
  const failure: unknown = await poor
    .sendTransaction({ to, value: 1n, gasLimit: 21_000n })
    .catch((error: unknown) => error)
  expect(isError(failure, 'INSUFFICIENT_FUNDS')).toBe(true)
  const wallet = new Wallet(key, provider)
  const used: unknown = await wallet
    .sendTransaction({ to, nonce: 0 })
    .catch((error: unknown) => error)
  expect(isError(used, 'NONCE_EXPIRED')).toBe(true)
})

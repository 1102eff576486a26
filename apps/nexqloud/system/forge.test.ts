import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

import { nexqloudLocal } from '@nexqloud/ledger'
import { createPublicClient, createWalletClient, http, parseAbi, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ask, startChain, type ChainProcess } from './chain-process.ts'
import { createLocalGenesisJson } from './load-genesis.ts'

const contracts = join(import.meta.dirname, '../../../contracts')
const PATH = [join(contracts, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
const hasForge = spawnSync('forge', ['--version'], { env: { ...process.env, PATH } }).status === 0
const reason = `npm has no forge for ${process.platform} on ${process.arch}, and there is none on the PATH`

const privateKey: Hex = `0x${'7'.repeat(64)}`
const account = privateKeyToAccount(privateKey)
const abi = parseAbi([
  'function number() view returns (uint256)',
  'function add(uint256 amount)',
  'event Added(address indexed by, uint256 number)',
  'error CounterTooLarge(uint256 number, uint256 most)',
])
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-forge-'))
let node: ChainProcess

beforeAll(async () => {
  const data = join(folder, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'genesis.json'), await createLocalGenesisJson([account.address]))
  writeProject()
  node = await startChain(data)
})
afterAll(async () => {
  await node.stop()
  rmSync(folder, { recursive: true })
})

test('forge create puts a contract on the chain, which then answers calls', async ({ skip }) => {
  skip(!hasForge, reason)
  const flags = ['--broadcast', '--json', '--constructor-args', '7']
  const output = await forge('create', 'src/Counter.sol:Counter', ...flags)
  const made = JSON.parse(output.slice(output.indexOf('{'))) as Created
  const { client, wallet } = connect()
  const counter = { address: made.deployedTo, abi }

  expect(made.deployer.toLowerCase()).toBe(account.address.toLowerCase())
  expect(await client.getTransactionReceipt({ hash: made.transactionHash })).toMatchObject({
    status: 'success',
    contractAddress: made.deployedTo.toLowerCase(),
  })
  expect(await client.readContract({ ...counter, functionName: 'number' })).toBe(7n)

  const hash = await wallet.writeContract({ ...counter, functionName: 'add', args: [5n] })
  const { blockNumber, status } = await client.waitForTransactionReceipt({
    hash,
    pollingInterval: 100,
  })
  expect(status).toBe('success')
  expect(await client.readContract({ ...counter, functionName: 'number' })).toBe(12n)
  const before = { blockNumber: blockNumber - 1n }
  expect(await client.readContract({ ...counter, functionName: 'number', ...before })).toBe(7n)
  const events = await client.getContractEvents({ ...counter, fromBlock: 0n })
  expect(events).toMatchObject([
    { eventName: 'Added', args: { by: account.address, number: 12n }, transactionHash: hash },
  ])
  await expect(
    client.simulateContract({ ...counter, functionName: 'add', args: [100n], account }),
  ).rejects.toMatchObject({ cause: { data: { errorName: 'CounterTooLarge', args: [112n, 99n] } } })
})

test('forge script makes a contract and calls it twice', async ({ skip }) => {
  skip(!hasForge, reason)
  const output = await forge('script', 'script/Deploy.s.sol:Deploy', '--broadcast')
  expect(output).toContain('ONCHAIN EXECUTION COMPLETE & SUCCESSFUL')

  const file = join(folder, `project/broadcast/Deploy.s.sol/${nexqloudLocal.id}/run-latest.json`)
  const { receipts } = JSON.parse(readFileSync(file, 'utf8')) as Broadcast
  expect(receipts.map(({ status }) => status)).toEqual(['0x1', '0x1', '0x1'])
  const address = receipts[0]?.contractAddress ?? '0x'
  const { client } = connect()
  expect(await client.readContract({ address, abi, functionName: 'number' })).toBe(1n + 2n + 3n)
})

test('a script that would fail sends nothing', async ({ skip }) => {
  skip(!hasForge, reason)
  const nonce = await ask(node.url, 'eth_getTransactionCount', account.address, 'latest')
  const failed = forge('script', 'script/Deploy.s.sol:DeployTooLarge', '--broadcast')
  await expect(failed).rejects.toMatchObject({
    stderr: expect.stringContaining('CounterTooLarge(101, 99)'),
  })
  expect(await ask(node.url, 'eth_getTransactionCount', account.address, 'latest')).toBe(nonce)
})

test('a wallet finds the network, shows a balance, sends, and sees it done', async () => {
  const { url } = node
  const friend = '0x00000000000000000000000000000000000000fe'
  const value = 10n ** 18n

  // It gets to know the network, and what the account has.
  const chainId = Number(await ask(url, 'eth_chainId'))
  expect(chainId).toBe(nexqloudLocal.id)
  expect(await ask(url, 'net_version')).toBe(String(nexqloudLocal.id))
  const head = (await ask(url, 'eth_blockNumber')) as Hex
  const balance = BigInt((await ask(url, 'eth_getBalance', account.address, head)) as Hex)
  expect(balance).toBeGreaterThan(value)
  expect(await ask(url, 'eth_getCode', friend, 'latest')).toBe('0x')

  // It says what it would cost: the base fee is there, so the transaction may be one of type 2.
  const block = (await ask(url, 'eth_getBlockByNumber', head, false)) as Record<string, Hex>
  expect(block).toMatchObject({ number: head, baseFeePerGas: expect.stringMatching(/^0x/) })
  const history = (await ask(url, 'eth_feeHistory', '0x5', 'latest', [10, 20, 30])) as FeeHistory
  expect(history.baseFeePerGas).toHaveLength(history.gasUsedRatio.length + 1)
  expect(history.reward.every((rewards) => rewards.length === 3)).toBe(true)
  const wanted = { from: account.address, to: friend, value: `0x${value.toString(16)}` }
  const gas = BigInt((await ask(url, 'eth_estimateGas', wanted)) as Hex)
  expect(gas).toBe(21_000n)
  const gasPrice = BigInt((await ask(url, 'eth_gasPrice')) as Hex)
  const nextBaseFee = BigInt(history.baseFeePerGas.at(-1) ?? '0x0')
  expect(gasPrice).toBeGreaterThanOrEqual(nextBaseFee)

  // It signs and sends, and asks until there is a receipt.
  const count = await ask(url, 'eth_getTransactionCount', account.address, 'pending')
  const raw = await account.signTransaction({
    chainId,
    nonce: Number(count),
    to: friend,
    value,
    gas,
    maxFeePerGas: gasPrice * 2n + 1n,
    maxPriorityFeePerGas: 1n,
  })
  const hash = (await ask(url, 'eth_sendRawTransaction', raw)) as Hex
  expect(await ask(url, 'eth_getTransactionCount', account.address, 'pending')).toBe(
    `0x${(Number(count) + 1).toString(16)}`,
  )
  const receipt = await untilReceipt(hash)
  expect(receipt).toMatchObject({
    status: '0x1',
    type: '0x2',
    transactionHash: hash,
    from: account.address.toLowerCase(),
    to: friend,
    gasUsed: '0x5208',
    logs: [],
  })
  const sent = (await ask(url, 'eth_getTransactionByHash', hash)) as Record<string, Hex>
  expect(sent).toMatchObject({
    blockHash: receipt.blockHash,
    blockNumber: receipt.blockNumber,
    nonce: count,
    value: wanted.value,
  })
  const fee = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)
  const left = BigInt((await ask(url, 'eth_getBalance', account.address, 'latest')) as Hex)
  expect(left).toBe(balance - value - fee)
  expect(BigInt((await ask(url, 'eth_getBalance', friend, 'latest')) as Hex)).toBe(value)
})

type Created = {
  readonly deployer: Hex
  readonly deployedTo: Hex
  readonly transactionHash: Hex
}
type Broadcast = {
  readonly receipts: readonly { readonly status: Hex; readonly contractAddress: Hex | null }[]
}
type FeeHistory = {
  readonly baseFeePerGas: readonly Hex[]
  readonly gasUsedRatio: readonly number[]
  readonly reward: readonly (readonly Hex[])[]
}
type Receipt = Readonly<Record<'blockHash' | 'blockNumber' | 'gasUsed' | 'effectiveGasPrice', Hex>>

async function untilReceipt(hash: Hex): Promise<Receipt> {
  const { client } = connect()
  await client.waitForTransactionReceipt({ hash, pollingInterval: 100 })
  return (await ask(node.url, 'eth_getTransactionReceipt', hash)) as Receipt
}

function connect() {
  const transport = http(node.url)
  return {
    client: createPublicClient({ chain: nexqloudLocal, transport }),
    wallet: createWalletClient({ chain: nexqloudLocal, transport, account }),
  }
}

async function forge(command: string, what: string, ...flags: readonly string[]): Promise<string> {
  const args = [command, what, '--rpc-url', node.url, '--private-key', privateKey, ...flags]
  const options = { cwd: join(folder, 'project'), env: { ...process.env, PATH } }
  const { stdout } = await promisify(execFile)('forge', args, options)
  return stdout
}

function writeProject(): void {
  const project = join(folder, 'project')
  mkdirSync(join(project, 'src'), { recursive: true })
  mkdirSync(join(project, 'script'))
  const solc = JSON.stringify(join(contracts, 'tool/solc.mjs'))
  writeFileSync(
    join(project, 'foundry.toml'),
    `[profile.default]\nsolc = ${solc}\noffline = true\nevm_version = "cancun"\n`,
  )
  writeFileSync(join(project, 'src/Counter.sol'), counterSource)
  writeFileSync(join(project, 'script/Deploy.s.sol'), scriptSource)
}

const counterSource = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

contract Counter {
    uint256 private constant MOST = 99;
    uint256 public number;

    event Added(address indexed by, uint256 number);
    error CounterTooLarge(uint256 number, uint256 most);

    constructor(uint256 first) {
        number = first;
    }

    function add(uint256 amount) external {
        uint256 sum = number + amount;
        if (sum > MOST) revert CounterTooLarge(sum, MOST);
        number = sum;
        emit Added(msg.sender, sum);
    }
}
`

const scriptSource = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Counter } from "../src/Counter.sol";

interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
}

abstract contract Script {
    bool public IS_SCRIPT = true;
    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
}

contract Deploy is Script {
    function run() external {
        VM.startBroadcast();
        Counter counter = new Counter(1);
        counter.add(2);
        counter.add(3);
        VM.stopBroadcast();
    }
}

contract DeployTooLarge is Script {
    function run() external {
        VM.startBroadcast();
        new Counter(1).add(100);
        VM.stopBroadcast();
    }
}
`

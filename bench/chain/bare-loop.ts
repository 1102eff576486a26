import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  createBlock,
  createBlockHeader,
  genTransactionsTrieRoot,
  type BlockHeader,
} from '@ethereumjs/block'
import { createCommonFromGethGenesis, type Common, type GethGenesis } from '@ethereumjs/common'
import { createMPT, MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { Caches, CacheType, MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import {
  Account,
  createAddressFromString,
  hexToBytes,
  ValueEncoding,
  type BatchDBOp,
  type DB,
} from '@ethereumjs/util'
import { Bloom, createVM, encodeReceipt, runTx, type RunTxResult, type VM } from '@ethereumjs/vm'
import { ClassicLevel } from 'classic-level'

import type { Measure } from '../src/index.ts'
import type { Outcome, Workload } from './run-chain.ts'

/**
 * The rival: the same libraries in the plainest loop that makes durable blocks. A list instead of a pool, one thread, senders
 * recovered beforehand, no index of logs, no doors; one synced batch a block.
 */
export async function runBareLoop(measure: Measure, workload: Workload): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  const loop = await openLoop(folder, workload)
  try {
    await loop.run(loop.decode(workload.preparation))
    const counted = loop.decode(workload.counted)
    await measure(() => loop.run(counted))
    return { ...loop.outcome(), intakeCpuSeconds: 0 }
  } finally {
    await loop.close()
    rmSync(folder, { recursive: true })
  }
}

type Writes = Map<string, Uint8Array>

async function openLoop(folder: string, { genesis }: Workload) {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  })
  await level.open()
  const writes: Writes = new Map()
  const common = createCommonFromGethGenesis(genesis.source as GethGenesis, {
    chain: 'bench',
    hardfork: 'cancun',
    customCrypto: { keccak256: (bytes) => hash('keccak-256', bytes, 'buffer') },
  })
  const trie = await createMPT({
    db: createDatabase(level, writes),
    useKeyHashing: true,
    common,
    cacheSize: 50_000,
    valueEncoding: ValueEncoding.Bytes,
  })
  const caches = new Caches({
    account: { size: 20_000, type: CacheType.LRU },
    storage: { size: 50_000, type: CacheType.LRU },
    code: { size: 500, type: CacheType.LRU },
  })
  const state = new MerkleStateManager({ trie, common, caches })
  const vm = await createVM({ common, stateManager: state })
  await loadGenesis(state, genesis)
  let [succeeded, gasUsed] = [0, 0]
  let parent = createBlockHeader(
    {
      number: 0n,
      timestamp: genesis.timestamp,
      gasLimit: genesis.gasLimit,
      baseFeePerGas: genesis.baseFeePerGas,
      stateRoot: await state.getStateRoot(),
    },
    options(common),
  )
  return {
    decode: (raws: readonly Uint8Array[]) =>
      raws.map((raw) => {
        const transaction = createTxFromRLP(raw, { common })
        transaction.getSenderPublicKey()
        return transaction
      }),
    run: async (transactions: readonly TypedTransaction[]) => {
      let left = transactions
      while (left.length > 0) {
        const { header, results } = await makeBlock(vm, { parent, transactions: left, writes })
        await commit(level, writes)
        parent = header
        left = left.slice(results.length)
        gasUsed += Number(header.gasUsed)
        succeeded += results.filter(({ execResult }) => !execResult.exceptionError).length
      }
    },
    outcome: () => ({ succeeded, gasUsed }),
    close: () => level.close(),
  }
}

type Step = {
  readonly parent: BlockHeader
  readonly transactions: readonly TypedTransaction[]
  readonly writes: Writes
}

async function makeBlock(vm: VM, { parent, transactions, writes }: Step) {
  const { common } = vm
  const fields = {
    parentHash: parent.hash(),
    number: parent.number + 1n,
    timestamp: parent.timestamp + 1n,
    gasLimit: parent.gasLimit,
    baseFeePerGas: parent.calcNextBaseFee(),
    coinbase: createAddressFromString('0x4e5851000000000000000000000000000000000a'),
    blobGasUsed: 0n,
    excessBlobGas: 0n,
    parentBeaconBlockRoot: new Uint8Array(32),
  }
  const shell = createBlock({ header: fields }, options(common))
  const bloom = new Bloom(undefined, common)
  const results: RunTxResult[] = []
  let gasUsed = 0n
  await vm.evm.journal.checkpoint()
  for (const transaction of transactions) {
    if (gasUsed + transaction.gasLimit > parent.gasLimit) break
    const result = await runTx(vm, { tx: transaction, block: shell, blockGasUsed: gasUsed })
    gasUsed += result.totalGasSpent
    bloom.or(result.bloom)
    results.push(result)
  }
  await vm.evm.journal.cleanup()
  await vm.evm.journal.commit()
  const included = transactions.slice(0, results.length)
  const receipts = results.map(({ receipt }, index) =>
    encodeReceipt(receipt, included[index]?.type ?? 0),
  )
  const header = createBlockHeader(
    {
      ...fields,
      stateRoot: await vm.stateManager.getStateRoot(),
      transactionsTrie: await genTransactionsTrieRoot(
        [...included],
        new MerklePatriciaTrie({ common }),
      ),
      receiptTrie: await rootOf(receipts, common),
      logsBloom: bloom.bitvector,
      gasUsed,
    },
    options(common),
  )
  keep(writes, { header, included, receipts })
  return { header, results }
}

async function rootOf(values: readonly Uint8Array[], common: Common): Promise<Uint8Array> {
  const trie = new MerklePatriciaTrie({ common })
  for (const [index, value] of values.entries()) await trie.put(RLP.encode(index), value)
  return trie.root()
}

function keep(
  writes: Writes,
  made: {
    readonly header: BlockHeader
    readonly included: readonly TypedTransaction[]
    readonly receipts: readonly Uint8Array[]
  },
): void {
  const hashText = Buffer.from(made.header.hash()).toString('hex')
  const block = [
    made.header.raw(),
    made.included.map((transaction) => transaction.serialize()),
    [],
    [],
  ]
  writes.set(`b${hashText}`, RLP.encode(block))
  writes.set(`r${hashText}`, RLP.encode([...made.receipts]))
  for (const [index, transaction] of made.included.entries()) {
    const name = `t${Buffer.from(transaction.hash()).toString('hex')}`
    writes.set(name, RLP.encode([made.header.hash(), index]))
  }
  writes.set('head', made.header.hash())
}

async function commit(level: ClassicLevel<Uint8Array, Uint8Array>, writes: Writes): Promise<void> {
  const operations = Array.from(writes, ([key, value]) => ({
    type: 'put' as const,
    key: Buffer.from(key),
    value,
  }))
  writes.clear()
  await level.batch(operations, { sync: true })
}

/** The tries' database: the disk under what the current block has made. */
function createDatabase(
  level: ClassicLevel<Uint8Array, Uint8Array>,
  writes: Writes,
): DB<string, string | Uint8Array> {
  const database: DB<string, string | Uint8Array> = {
    get: async (key) => writes.get(key) ?? (await level.get(Buffer.from(key))),
    put: async (key, value) => {
      writes.set(key, value as Uint8Array)
    },
    del: async () => {},
    batch: async (operations: BatchDBOp<string, string | Uint8Array>[]) => {
      for (const operation of operations) {
        if (operation.type === 'put') writes.set(operation.key, operation.value as Uint8Array)
      }
    },
    shallowCopy: () => database,
    open: async () => {},
  }
  return database
}

async function loadGenesis(
  state: MerkleStateManager,
  { alloc }: Workload['genesis'],
): Promise<void> {
  await state.checkpoint()
  for (const [text, { balance, nonce, code, storage }] of Object.entries(alloc)) {
    const address = createAddressFromString(text)
    await state.putAccount(address, new Account(nonce, balance))
    if (code !== '0x') await state.putCode(address, hexToBytes(code))
    for (const [slot, value] of Object.entries(storage)) {
      const bytes = hexToBytes(value)
      const first = bytes.findIndex((byte) => byte !== 0)
      await state.putStorage(address, hexToBytes(slot as `0x${string}`), bytes.subarray(first))
    }
  }
  await state.commit()
}

function options(common: Common) {
  return { common, skipConsensusFormatValidation: true }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { RLP } from '@ethereumjs/rlp'
import { systemClock } from '@nexqloud/kernel'
import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { signAs } from '../test/engine.ts'
import { accountOf, createLocalGenesis } from '../test/local-genesis.ts'
import { exportChain, importChain, verifyChain } from './archive/chain-archive.ts'
import { openChain } from './chain.ts'
import { OtherGenesisError } from './execution/found-chain.ts'
import { parseGenesis, type GenesisFile } from './genesis/genesis-file.ts'
import { openNode, type Node } from './node.ts'
import { openLevelStore } from './store/level-store.ts'
import { blockKey, metaKey, numberToBytes } from './store/tables.ts'

const NXQ = 10n ** 18n
const quick = { leastMs: 0, gatherMs: 0, heartbeatMs: 60_000 }
const log = pino({ level: 'silent' })
const folders: string[] = []
let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [accountOf(0).address]: NXQ })
})

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe.each([
  ['in memory', undefined],
  ['on the disk', createFolder],
])('a node %s', (_, folder) => {
  test('puts a transaction into a block, and out of the pool', async () => {
    const node = await open(folder?.())
    const hash = await send(node, 0)
    const block = await nextBlock(node)
    expect(block.transactions.map((one) => `0x${Buffer.from(one.hash()).toString('hex')}`)).toEqual(
      [hash],
    )
    expect(node.pool.content()).toEqual([])
    expect(await node.reader.placeOf(Buffer.from(hash.slice(2), 'hex'))).toEqual({
      blockNumber: block.header.number,
      index: 0,
    })
    await node.close()
    await node.ended
  })
})

test('a start that fails leaves nothing open', async () => {
  const folder = createFolder()
  const store = await openLevelStore(join(folder, 'chain'))
  const chain = await openChain({ genesis, clock: systemClock })
  const value = chain.head().hash()
  await store.write([{ key: metaKey('genesis'), value }])
  await Promise.all([store.close(), chain.close()])
  const damaged = { code: 'CHAIN_DATA_DAMAGED', folder: join(folder, 'chain') }
  for (let start = 0; start < 2; start += 1) {
    await expect(openChain({ genesis, folder, clock: systemClock })).rejects.toMatchObject(damaged)
  }
})

test('a sender’s transactions that do not fit into one block go into the next ones', async () => {
  const small = parseGenesis({ ...(genesis.source as object), gasLimit: '0x4c4b40' })
  const chain = await openChain({ genesis: small, clock: systemClock })
  // Invalid code uses up all its gas: two do not fit into a block of 5,000,000.
  for (const nonce of [0, 1, 2]) {
    const { raw } = await signAs(0, { nonce, data: '0xfe', gas: 3_000_000n })
    await chain.pool.add(raw)
  }
  for (const number of [1n, 2n, 3n]) {
    const payload = await chain.application.prepareProposal(1_700_000_000n + number)
    expect(payload.transactions).toHaveLength(1)
    await chain.application.finalizeBlock(payload)
    await chain.application.commit()
  }
  expect(chain.hasWork()).toBe(false)
  await chain.close()
})

test('goes on after a restart where it was', async () => {
  const folder = createFolder()
  const first = await open(folder)
  await send(first, 0)
  await nextBlock(first)
  const { number } = first.head().header
  await first.close()
  const second = await open(folder)
  expect(second.head().header.number).toBe(number)
  await send(second, 1)
  expect((await nextBlock(second)).header.number).toBe(number + 1n)
  await second.close()
})

test('a folder of another genesis is refused with both hashes', async () => {
  const folder = createFolder()
  await (await open(folder)).close()
  const other = await createLocalGenesis({ [accountOf(1).address]: NXQ })
  const refusal = openNode({ genesis: other, folder, log, clock: systemClock })
  await expect(refusal).rejects.toBeInstanceOf(OtherGenesisError)
  await expect(refusal).rejects.toMatchObject({ code: 'CHAIN_OTHER_GENESIS', kind: 'conflict' })
})

describe('an archive', () => {
  test('holds what another folder becomes the same chain with, and both verify', async () => {
    const chain = await makeChain(3)
    const file = join(chain.folder, 'blocks.rlp')
    const seen: bigint[] = []
    const last = await exportChain(chain, { file, onProgress: (done) => seen.push(done) })
    expect(seen.at(-1)).toBe(last)
    const copy = { folder: createFolder(), genesis }
    expect(await importChain(copy, { file, onProgress: () => {} })).toBe(last)
    expect(await importChain(copy, { file, onProgress: () => {} })).toBe(last)
    expect(await verifyChain(copy, () => {})).toBe(last)
  })

  test('names the first block that is not what the rules lead to', async () => {
    const chain = await makeChain(3)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    const value = withGasUsed((await store.get(blockKey(2n))) ?? new Uint8Array(), 5)
    await store.write([{ key: blockKey(2n), value }])
    await store.close()
    await expect(verifyChain(chain, () => {})).rejects.toMatchObject({
      code: 'CHAIN_BLOCK_INVALID',
      blockNumber: 2n,
      message: expect.stringMatching(/breaks the rules: .*gas/),
    })
  })

  test('a block in the place of another one is damage', async () => {
    const chain = await makeChain(3)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    const value = (await store.get(blockKey(1n))) ?? new Uint8Array()
    await store.write([{ key: blockKey(2n), value }])
    await store.close()
    await expect(verifyChain(chain, () => {})).rejects.toMatchObject({
      code: 'CHAIN_DATA_DAMAGED',
      message: expect.stringContaining('block 2 is another, 1'),
    })
  })

  test.each([
    ['a node of the state', 1],
    ['the number of a block', 3],
    ['a receipt', 4],
    ['the place of a transaction', 5],
  ])('%s that is not what the blocks lead to is damage', async (_, table) => {
    const chain = await makeChain(2)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    const range = { from: Uint8Array.of(table), to: Uint8Array.of(table + 1), reverse: true }
    for await (const [key, value] of store.entries({ ...range, limit: 1 })) {
      await store.write([{ key, value: value.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) }])
    }
    await store.close()
    await expect(verifyChain(chain, () => {})).rejects.toMatchObject({ code: 'CHAIN_DATA_DAMAGED' })
  })

  test('a newest block that others come after is damage', async () => {
    const chain = await makeChain(2)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    await store.write([{ key: metaKey('head'), value: numberToBytes(1n) }])
    await store.close()
    await expect(verifyChain(chain, () => {})).rejects.toMatchObject({ code: 'CHAIN_DATA_DAMAGED' })
  })

  test('a block that is missing is damage', async () => {
    const chain = await makeChain(3)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    await store.write([{ key: blockKey(2n) }])
    await store.close()
    await expect(verifyChain(chain, () => {})).rejects.toMatchObject({ code: 'CHAIN_DATA_DAMAGED' })
  })

  test('a folder without its newest block is damage, with what to do', async () => {
    const chain = await makeChain(1)
    const store = await openLevelStore(join(chain.folder, 'chain'))
    await store.write([{ key: metaKey('head') }])
    await store.close()
    await expect(open(chain.folder)).rejects.toMatchObject({
      code: 'CHAIN_DATA_DAMAGED',
      hint: expect.stringContaining('chain import'),
    })
  })
})

/** Returns a block's RLP, with another gas in its header. */
function withGasUsed(bytes: Uint8Array, gasUsed: number): Uint8Array {
  const [header, ...rest] = RLP.decode(bytes) as [Uint8Array[], ...Uint8Array[][]]
  return RLP.encode([header.with(10, Uint8Array.of(gasUsed)), ...rest])
}

async function open(folder: string | undefined): Promise<Node> {
  return openNode({
    genesis,
    log,
    clock: systemClock,
    pace: quick,
    ...(folder !== undefined && { folder }),
  })
}

async function send(node: Node, nonce: number): Promise<string> {
  const { raw } = await signAs(0, { nonce, to: accountOf(1).address, value: 1n, gas: 21_000n })
  return node.pool.add(raw)
}

function nextBlock(node: Node): Promise<ReturnType<Node['head']>> {
  return new Promise((resolve) => {
    const end = node.onHead((block) => {
      if (block.transactions.length === 0) return
      end()
      resolve(block)
    })
  })
}

/** Makes a chain of so many blocks with a transaction, and lets it rest. */
async function makeChain(blocks: number) {
  const folder = createFolder()
  const node = await open(folder)
  for (let nonce = 0; nonce < blocks; nonce += 1) {
    const made = nextBlock(node)
    await send(node, nonce)
    await made
  }
  await node.close()
  return { folder, genesis }
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-node-'))
  folders.push(folder)
  return folder
}

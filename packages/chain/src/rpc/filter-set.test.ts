import { beforeAll, expect, test } from 'vitest'

import { openChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createFilterSet } from './filter-set.ts'
import { rpcLimitsByDefault } from './limits.ts'
import { createLogSearch } from './log-search.ts'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [accountOf(0).address]: 10n ** 18n })
})

test('gathers blocks and transactions between two questions', async () => {
  const { chain, filters } = await setup()
  const blocks = filters.add({ kind: 'blocks' }, 'me')
  const transactions = filters.add({ kind: 'transactions' }, 'me')
  const hashes = await chain.mine((await signAs(0, { nonce: 0, to: accountOf(1).address })).raw)
  await chain.makeBlock()
  const head = `0x${Buffer.from(chain.view.head().hash()).toString('hex')}`
  const changes = await filters.changes(blocks)
  expect(changes).toHaveLength(2)
  expect(changes[1]).toBe(head)
  expect(await filters.changes(blocks)).toEqual([])
  expect(await filters.changes(transactions)).toEqual(hashes)
  expect(await filters.changes(transactions)).toEqual([])
})

test('two questions at once share what has come, and of one that fails the next one is told', async () => {
  const { chain, filters, disk } = await setup()
  const [blocks, logs] = [
    filters.add({ kind: 'blocks' }, 'me'),
    filters.add({ kind: 'logs', criteria: { addresses: [], topics: [] }, from: 0n }, 'me'),
  ]
  await chain.makeBlock()
  const both = await Promise.all([filters.changes(blocks), filters.changes(blocks)])
  expect(both.flat()).toHaveLength(1)
  await chain.makeBlock()
  disk.isBroken = true
  await expect(filters.changes(blocks)).rejects.toThrow('EIO')
  await expect(filters.changes(logs)).rejects.toThrow('EIO')
  disk.isBroken = false
  expect(await filters.changes(blocks)).toHaveLength(1)
  expect(await filters.changes(logs)).toEqual([])
})

test('a filter that nobody asks for five minutes is gone, and one that is asked stays', async () => {
  const { chain, filters } = await setup()
  const [used, idle] = [
    filters.add({ kind: 'blocks' }, 'me'),
    filters.add({ kind: 'blocks' }, 'me'),
  ]
  for (let minute = 0; minute < 6; minute += 1) {
    await chain.clock.pass(60_000)
    await filters.changes(used)
  }
  await expect(filters.changes(idle)).rejects.toThrow('filter not found')
  expect(filters.remove(used)).toBe(true)
  expect(filters.remove(used)).toBe(false)
})

test('keeps so many filters for a client, and so many for all', async () => {
  const { filters } = await setup({ filters: 3, filtersPerClient: 2 })
  filters.add({ kind: 'blocks' }, 'me')
  filters.add({ kind: 'blocks' }, 'me')
  expect(() => filters.add({ kind: 'blocks' }, 'me')).toThrowErrorMatchingInlineSnapshot(
    `[RpcError: too many filters: you have 2 of 2, all clients 2 of 3; uninstall some]`,
  )
  filters.add({ kind: 'blocks' }, 'you')
  expect(() => filters.add({ kind: 'blocks' }, 'they')).toThrow('too many filters')
})

test('keeps the newest transactions for who does not ask', async () => {
  const { chain, filters } = await setup({ pendingTransactions: 1 })
  const id = filters.add({ kind: 'transactions' }, 'me')
  const to = accountOf(1).address
  const sent = await Promise.all([0, 1].map((nonce) => signAs(0, { nonce, to })))
  const hashes = await chain.mine(...sent.map(({ raw }) => raw))
  expect(await filters.changes(id)).toEqual([hashes[1]])
  await expect(filters.logs(id)).rejects.toThrow('filter not found')
})

async function setup(change: Partial<typeof rpcLimitsByDefault.filters> = {}) {
  const chain = await openChainNode(genesis)
  const { clock } = chain
  const { reader } = chain.view
  const disk = { isBroken: false }
  const outcomes: typeof reader.outcomes = (numbers) => {
    if (disk.isBroken) throw new Error('EIO')
    return reader.outcomes(numbers)
  }
  const view = { ...chain.view, reader: { ...reader, outcomes } }
  let made = 0
  const filters = createFilterSet({
    view,
    clock,
    search: createLogSearch(view, { clock, limits: rpcLimitsByDefault.logs }),
    limits: { ...rpcLimitsByDefault.filters, ...change },
    createId: () => {
      made += 1
      return `0x${made}`
    },
  })
  return { chain, filters, disk }
}

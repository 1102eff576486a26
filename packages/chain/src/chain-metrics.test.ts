import { Block, createBlockHeader } from '@ethereumjs/block'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'

import { signAs } from '../test/engine.ts'
import { createLocalGenesis } from '../test/local-genesis.ts'
import { free, openTestPool } from '../test/pool.ts'
import { observeChain } from './chain-metrics.ts'

test('a scrape tells what waits, and does not go through it', async () => {
  const { pool } = await openTestPool(await createLocalGenesis())
  const registry = new Registry()
  const observed = {
    ...pool,
    content: () => {
      throw new Error('It went through the pool.')
    },
  }
  const head = () => new Block(createBlockHeader({ number: 7n, timestamp: 9n }))
  observeChain({ head, onHead: () => () => {}, pool: observed }, registry)
  for (const nonce of [0, 1, 3]) await pool.add((await signAs(0, { ...free, nonce })).raw)
  const text = await registry.metrics()
  expect(text).toContain('nexqloud_pool_pending_transactions 2')
  expect(text).toContain('nexqloud_pool_queued_transactions 1')
  expect(text).toContain('nexqloud_chain_head_number 7')
  await pool.drop(pool.select({ baseFee: 0n, gas: 1n, count: 1 }).map(({ hash }) => hash))
  expect(await registry.metrics()).toContain('nexqloud_pool_queued_transactions 2')
})

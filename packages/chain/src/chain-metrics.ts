import { Counter, Gauge, type Registry } from 'prom-client'

import type { ChainView } from './chain-view.ts'

/** What is asked at each scrape: nobody limits those, so nothing of it goes through the pool. */
type Counted = Pick<ChainView, 'head'> & { readonly pool: Pick<ChainView['pool'], 'count'> }

/** Counts blocks and what waits, in a registry that has none of these names yet. */
export function observeChain(
  { head, onHead, pool }: Counted & Pick<ChainView, 'onHead'>,
  registry: Registry,
): void {
  const registers = [registry]
  const blocks = new Counter({
    name: 'nexqloud_chain_blocks_total',
    help: 'Blocks that became the head since the start.',
    registers,
  })
  const transactions = new Counter({
    name: 'nexqloud_chain_transactions_total',
    help: 'Transactions in blocks since the start.',
    registers,
  })
  const gas = new Counter({
    name: 'nexqloud_chain_gas_total',
    help: 'Gas used by blocks since the start.',
    registers,
  })
  onHead((block) => {
    blocks.inc()
    transactions.inc(block.transactions.length)
    gas.inc(Number(block.header.gasUsed))
  })
  addGauges({ head, pool }, registry)
}

function addGauges({ head, pool }: Counted, registry: Registry): void {
  const gauges = [
    {
      name: 'nexqloud_chain_head_number',
      help: 'Number of the newest block.',
      read: () => Number(head().header.number),
    },
    {
      name: 'nexqloud_chain_head_time_seconds',
      help: 'Time of the newest block, in seconds since 1970.',
      read: () => Number(head().header.timestamp),
    },
    {
      name: 'nexqloud_pool_pending_transactions',
      help: 'Transactions that the next blocks can take.',
      read: () => pool.count().pending,
    },
    {
      name: 'nexqloud_pool_queued_transactions',
      help: 'Transactions that wait for an earlier one of their sender.',
      read: () => pool.count().queued,
    },
  ]
  for (const { name, help, read } of gauges) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => gauge.set(read()),
    })
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openChain, type Chain, type GenesisFile } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'

import type { Facts, Measure } from '../src/index.ts'

/** What a contestant executes: first what it prepares with, then what counts. */
export type Workload = {
  readonly genesis: GenesisFile
  readonly preparation: readonly Uint8Array[]
  readonly counted: readonly Uint8Array[]
}

/**
 * What was executed, and the seconds of CPU that taking it into the pool costs. Roots cannot be compared: what a sender
 * pays depends on the block that takes its transaction.
 */
export type Outcome = Facts & {
  readonly succeeded: number
  readonly gasUsed: number
  readonly intakeCpuSeconds: number
}

/** Puts a workload through pool, execution thread and disk; what is measured begins with a full pool. */
export async function runOnChain(measure: Measure, workload: Workload): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  const chain = await openChain({ genesis: workload.genesis, folder, clock: systemClock })
  try {
    await fill(chain, workload.preparation)
    await drain(chain)
    const before = process.cpuUsage()
    await fill(chain, workload.counted)
    const { user, system } = process.cpuUsage(before)
    await measure(() => drain(chain))
    return {
      ...(await countExecuted(chain)),
      intakeCpuSeconds: (user + system) / 1e6,
    }
  } finally {
    await chain.close()
    rmSync(folder, { recursive: true })
  }
}

/** Takes transactions into the pool. */
export async function fill({ pool }: Chain, transactions: readonly Uint8Array[]): Promise<void> {
  await Promise.all(transactions.map((raw) => pool.add(raw)))
}

async function countExecuted({ reader, head }: Chain) {
  let [succeeded, gasUsed] = [0, 0]
  for (let number = 1n; number <= head().header.number; number += 1n) {
    const receipts = (await reader.receipts(number)) ?? []
    succeeded += receipts.filter(({ isSuccess }) => isSuccess).length
    gasUsed += Number(receipts.at(-1)?.cumulativeGasUsed ?? 0n)
  }
  return { succeeded, gasUsed }
}

/** Makes blocks until the pool is empty, as fast as they come; they are dated `from` or later, a second apart. */
export async function drain({ application, hasWork, head }: Chain, from = 0n): Promise<void> {
  while (hasWork()) {
    const next = head().header.timestamp + 1n
    const payload = await application.prepareProposal(next > from ? next : from)
    await application.finalizeBlock(payload)
    await application.commit()
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openChain, type Chain, type GenesisFile } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'
import { bytesToHex } from 'viem'

import type { Facts, Measure } from '../src/index.ts'
import { drain, fill } from './run-chain.ts'

/** Transactions that may be executed from a time on, once all of the stages before are. */
export type Stage = {
  /** Seconds since 1970. */
  readonly from: bigint
  readonly transactions: readonly Uint8Array[]
  /** Whether executing them counts. */
  readonly isCounted: boolean
}

/** Transactions that are on their way into the pool together: one sender's may be 64 ahead of what the pool has. */
const AT_ONCE = 50

/** A chain, and what happens on it at which time. */
export type StagedWorkload = { readonly genesis: GenesisFile; readonly stages: readonly Stage[] }

/**
 * Puts stages through pool, execution thread and disk, one after the other. Filling the pool is not counted: the facts
 * hold the seconds of CPU from a full pool to durable blocks, the gas, and how many logs of each kind there are (topic 0).
 */
export async function runStages(
  measure: Measure,
  { genesis, stages }: StagedWorkload,
): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  const chain = await openChain({ genesis, folder, clock: systemClock })
  try {
    const counted = await measure(async () => {
      let [countedCpuSeconds, countedGas] = [0, 0]
      for (const stage of stages) {
        const before = chain.head().header.number
        const cpuSeconds = await runStage(chain, stage)
        if (!stage.isCounted) continue
        countedCpuSeconds += cpuSeconds
        countedGas += await countGas(chain, before + 1n)
      }
      return { countedCpuSeconds, countedGas }
    })
    return { ...(await countLogs(chain)), ...counted }
  } finally {
    await chain.close()
    rmSync(folder, { recursive: true })
  }
}

/** Returns what executing the stage takes. */
export async function runStage(chain: Chain, { from, transactions }: Stage): Promise<number> {
  for (let at = 0; at < transactions.length; at += AT_ONCE) {
    await fill(chain, transactions.slice(at, at + AT_ONCE))
  }
  const before = process.cpuUsage()
  await drain(chain, from)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function countGas({ reader, head }: Chain, from: bigint): Promise<number> {
  let sum = 0
  for (let number = from; number <= head().header.number; number += 1n) {
    sum += Number((await reader.receipts(number))?.at(-1)?.cumulativeGasUsed ?? 0n)
  }
  return sum
}

/** @throws where a transaction failed: then nothing was measured that counts. */
async function countLogs({ reader, head }: Chain): Promise<Facts> {
  const counts: Record<string, number> = {}
  for (let number = 1n; number <= head().header.number; number += 1n) {
    const receipts = (await reader.receipts(number)) ?? []
    if (receipts.some(({ isSuccess }) => !isSuccess)) {
      throw new Error(`A transaction of block ${number} failed.`)
    }
    for (const { topics } of receipts.flatMap(({ logs }) => logs)) {
      const kind = bytesToHex(topics[0] ?? new Uint8Array())
      counts[kind] = (counts[kind] ?? 0) + 1
    }
  }
  return counts
}

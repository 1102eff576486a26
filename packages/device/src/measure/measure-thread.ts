/** A part of a measurement, in a thread of its own: the agent's own loop goes on meanwhile. */

import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

import { MOST_COPIED_BYTES, MOST_WRITTEN_BYTES } from '../protocol/measurement.ts'
import { runChain } from './hash-chain.ts'
import type { MeasureTask, TaskResults } from './measure-task.ts'
import { BLOCK_BYTES, blockOf, proofOf } from './nonce-bytes.ts'

const nowMs = (): number => performance.now()
/** Twice that, to and from, is beyond most caches; more takes longer to prepare than the way may, on a busy machine. */
const COPIED_BLOCKS = 32
/** Written, and synced, before it is written over: a cache of the system's that is larger takes it all. */
const FILE_BLOCKS = 32

const tasks: {
  readonly [Kind in MeasureTask['kind']]: (
    task: Extract<MeasureTask, { kind: Kind }>,
  ) => TaskResults[Kind]
} = {
  hash: ({ question, thread, forMs }) => runChain(question, { thread, forMs, nowMs }),
  copy: ({ question, forMs }) => {
    const from = Buffer.alloc(COPIED_BLOCKS * BLOCK_BYTES, blockOf(question))
    const to = Buffer.allocUnsafeSlow(from.length)
    const beganMs = nowMs()
    let workedBytes = 0
    do workedBytes += from.copy(to)
    while (nowMs() - beganMs < forMs && workedBytes < MOST_COPIED_BYTES)
    const ms = Math.max(1, nowMs() - beganMs)
    return { workedBytes, ms, proof: proofOf(to.subarray(-BLOCK_BYTES)) }
  },
  write: ({ question, folder, forMs }) => {
    const file = join(folder, 'measurement.tmp')
    const block = blockOf(question)
    const beganMs = nowMs()
    let workedBytes = 0
    const descriptor = openSync(file, 'w+', 0o600)
    try {
      do workedBytes += writeAndSync(descriptor, block)
      while (nowMs() - beganMs < forMs && workedBytes < MOST_WRITTEN_BYTES)
      const ms = Math.max(1, nowMs() - beganMs)
      const found = Buffer.alloc(BLOCK_BYTES)
      readSync(descriptor, found, 0, BLOCK_BYTES, (FILE_BLOCKS - 1) * BLOCK_BYTES)
      return { workedBytes, ms, proof: proofOf(found) }
    } finally {
      closeSync(descriptor)
      rmSync(file, { force: true })
    }
  },
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
parentPort?.postMessage(perform(workerData as MeasureTask))

function perform(task: MeasureTask): TaskResults[MeasureTask['kind']] {
  if (task.kind === 'hash') return tasks.hash(task)
  return task.kind === 'copy' ? tasks.copy(task) : tasks.write(task)
}

function writeAndSync(descriptor: number, block: Buffer): number {
  for (let place = 0; place < FILE_BLOCKS; place += 1) {
    writeSync(descriptor, block, 0, BLOCK_BYTES, place * BLOCK_BYTES)
  }
  fsyncSync(descriptor)
  return FILE_BLOCKS * BLOCK_BYTES
}

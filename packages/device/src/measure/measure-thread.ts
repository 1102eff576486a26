/** One piece of a measurement, in a thread of its own: the agent's own loop goes on meanwhile. */

import { createCipheriv, hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

import { runChain, startOfChain } from './hash-chain.ts'
import type { MeasureTask, TaskResults } from './measure-task.ts'

const nowMs = (): number => performance.now()
const MIB = 2 ** 20
/** Beyond the caches of today's machines. */
const COPY_BYTES = 64 * MIB
const MOST_WRITTEN_BYTES = 64 * MIB

const tasks: {
  readonly [Kind in MeasureTask['kind']]: (
    task: Extract<MeasureTask, { kind: Kind }>,
  ) => TaskResults[Kind]
} = {
  hash: ({ request, thread, forMs }) => runChain(startOfChain(request, thread), { forMs, nowMs }),
  copy: ({ forMs }) => {
    const [from, to] = [Buffer.alloc(COPY_BYTES, 1), Buffer.alloc(COPY_BYTES, 2)]
    const beganMs = nowMs()
    let copiedBytes = 0
    do copiedBytes += from.copy(to)
    while (nowMs() - beganMs < forMs)
    return { copiedBytes, ms: Math.max(1, nowMs() - beganMs) }
  },
  write: ({ request, folder, forMs }) => {
    const file = join(folder, 'measurement.tmp')
    // What cannot be compressed, and was never written before.
    const key = hash('sha256', request.nonce, 'buffer')
    const block = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(MIB))
    const beganMs = nowMs()
    let writtenBytes = 0
    const descriptor = openSync(file, 'w', 0o600)
    try {
      do writtenBytes += writeSync(descriptor, block)
      while (nowMs() - beganMs < forMs && writtenBytes < MOST_WRITTEN_BYTES)
      fsyncSync(descriptor)
      return { writtenBytes, ms: Math.max(1, nowMs() - beganMs) }
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

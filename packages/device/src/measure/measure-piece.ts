import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'

import type { MeasureAnswer, MeasureQuestion, MeasureRequest } from '../protocol/measurement.ts'
import { MeasurementFailedError } from './errors.ts'
import type { MeasureTask, TaskResults } from './measure-task.ts'
import { usualTimes, type MeasureTimes } from './measure-times.ts'

const MOST_THREADS = 128

/**
 * Measures a piece of this machine once: one thread, all threads at once, memory, or the disk of a folder.
 *
 * @throws {@link MeasurementFailedError}
 */
export async function measurePiece(
  { piece, ...question }: MeasureRequest,
  folder: string,
  times: MeasureTimes = usualTimes,
): Promise<MeasureAnswer> {
  const forMs = times[piece]
  if (piece === 'memory') {
    const copied = await runTask<'copy'>({ kind: 'copy', question, forMs })
    return { piece, ...question, totalBytes: totalmem(), ...copied }
  }
  if (piece === 'storage') {
    const written = await runTask<'write'>({ kind: 'write', question, folder, forMs })
    const { bavail, bsize } = await statfs(folder)
    return { piece, ...question, totalBytes: bavail * bsize, ...written }
  }
  const threads = piece === 'single' ? 1 : Math.min(MOST_THREADS, availableParallelism())
  const runs = Array.from({ length: threads }, (_, thread) => hashOn(question, { thread, forMs }))
  return { piece, ...question, runs: await Promise.all(runs) }
}

function hashOn(
  question: MeasureQuestion,
  run: { readonly thread: number; readonly forMs: number },
): Promise<TaskResults['hash']> {
  return runTask<'hash'>({ kind: 'hash', question, ...run })
}

function runTask<Kind extends MeasureTask['kind']>(
  task: Extract<MeasureTask, { readonly kind: Kind }>,
): Promise<TaskResults[Kind]> {
  const worker = new Worker(new URL('measure-thread.ts', import.meta.url), { workerData: task })
  return new Promise((resolve, reject) => {
    worker.once('message', (result: TaskResults[Kind]) => resolve(result))
    worker.once('error', (cause) => reject(new MeasurementFailedError(task.kind, cause)))
    worker.once('exit', () => reject(new MeasurementFailedError(task.kind)))
  })
}

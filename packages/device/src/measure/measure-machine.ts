import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'

import type { Measurement, MeasureRequest } from '../protocol/measurement.ts'
import { MeasurementFailedError } from './errors.ts'
import type { MeasureTask, TaskResults } from './measure-task.ts'
import { usualTimes, type MeasureTimes } from './measure-times.ts'

const MOST_THREADS = 128

/**
 * Measures this machine: one thread, all threads at once, memory, and the disk of a folder, one after the other.
 *
 * @throws {@link MeasurementFailedError}
 */
export async function measureMachine(
  request: MeasureRequest,
  folder: string,
  times: MeasureTimes = usualTimes,
): Promise<Measurement> {
  const { hashMs, copyMs, writeMs } = times
  const hashOn = (thread: number) =>
    runTask<'hash'>({ kind: 'hash', request, thread, forMs: hashMs })
  const single = await hashOn(0)
  const threads = Math.min(MOST_THREADS, availableParallelism())
  const all = await Promise.all(Array.from({ length: threads }, (_, index) => hashOn(index + 1)))
  const copied = await runTask<'copy'>({ kind: 'copy', forMs: copyMs })
  const written = await runTask<'write'>({ kind: 'write', request, folder, forMs: writeMs })
  const { bavail, bsize } = await statfs(folder)
  return {
    ...request,
    single,
    all,
    memory: { totalBytes: totalmem(), ...copied },
    storage: { freeBytes: bavail * bsize, ...written },
  }
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

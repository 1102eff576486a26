/** The thread that PostgreSQL runs in, where it is embedded: its work is seconds of computing, in which nobody else could be served. */

import { parentPort, workerData } from 'node:worker_threads'

import { PGlite } from '@electric-sql/pglite'

import type { PgliteAnswer, PgliteRequest } from './pglite-client.ts'

const port = parentPort
if (port === null) throw new TypeError('This is a worker, and started as one.')
const { folder } = workerData as { readonly folder: string | undefined }
/** One writer and few readers need no more; by default it would take 170 MB more. */
const small = ['-c', 'shared_buffers=8MB', '-c', 'wal_buffers=256kB']
const startParams = [...PGlite.defaultStartParams, ...small]
const database = new PGlite({ startParams, ...(folder !== undefined && { dataDir: folder }) })

port.on('message', (request: PgliteRequest) => {
  void answer(request).then((told) => port.postMessage(told))
})

async function answer({ id, sql, parameters }: PgliteRequest): Promise<PgliteAnswer> {
  try {
    if (sql === undefined) {
      await database.close()
      return { id, rows: [], affectedRows: 0 }
    }
    const { rows, affectedRows = 0 } = await database.query(sql, [...parameters])
    return { id, rows, affectedRows }
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure)
    const code = fieldOf(failure, 'code')
    return { id, message, code, isLast: code === '' || endsIt.has(fieldOf(failure, 'severity')) }
  }
}

/** Severities after which a server of PostgreSQL would start anew. */
const endsIt: ReadonlySet<string> = new Set(['FATAL', 'PANIC'])

function fieldOf(failure: unknown, name: string): string {
  if (!(failure instanceof Error) || !(name in failure)) return ''
  return String((failure as unknown as Readonly<Record<string, unknown>>)[name])
}

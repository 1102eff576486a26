import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'

import type { PGliteDialectConfig } from 'kysely'

/** A query to the thread; without SQL, the wish that it closes. */
export type PgliteRequest = {
  readonly id: number
  readonly sql: string | undefined
  readonly parameters: readonly unknown[]
}

/** What came of a query. */
export type PgliteAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly affectedRows: number }
  | { readonly id: number; readonly message: string; readonly code: string }

/** PGlite as Kysely wants it. */
type PgliteClient = Exclude<PGliteDialectConfig['pglite'], (...args: never) => unknown>

/** A query that failed, with the SQLSTATE that PostgreSQL gave it. */
class QueryError extends Error {
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

type Rows = Extract<PgliteAnswer, { readonly rows: unknown }>
type Waiting = {
  readonly resolve: (answer: Rows) => void
  readonly reject: (failure: Error) => void
}

/** Starts PostgreSQL in a thread of its own, over a folder, or in memory where there is none. */
export async function openPgliteClient(folder: string | undefined): Promise<PgliteClient> {
  if (folder !== undefined && !existsSync(folder)) await makeFolder(folder)
  return startClient(folder)
}

/**
 * A folder is there whole or not at all: whoever is killed meanwhile begins anew. The thread that makes it ends with it, since it takes
 * hundreds of megabytes that are of no use later.
 */
async function makeFolder(folder: string): Promise<void> {
  const unfinished = `${folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  const client = startClient(unfinished)
  try {
    await client.query('select 1')
  } finally {
    await client.close()
  }
  await rename(unfinished, folder)
}

function startClient(folder: string | undefined): PgliteClient {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { folder },
  })
  const { ask, isOver } = createAsking(worker)
  const query = async (sql: string, parameters?: unknown[]) => {
    const { rows, affectedRows } = await ask(sql, parameters)
    return { rows: rows as never[], affectedRows, fields: [] }
  }
  return {
    // The first query waits until it is.
    ready: true,
    waitReady: Promise.resolve(),
    get closed() {
      return isOver()
    },
    query,
    transaction: async (act) => {
      await ask('begin')
      try {
        const result = await act({ query, rollback: async () => void (await ask('rollback')) })
        await ask('commit')
        return result
      } catch (failure) {
        await ask('rollback')
        throw failure
      }
    },
    close: async () => {
      // One that has failed already does not keep the process.
      await ask(undefined).catch(() => {})
      await worker.terminate()
    },
  }
}

/** Returns how the thread is asked; once it has ended, for whatever reason, nobody waits for it. */
function createAsking(worker: Worker) {
  const waiting = new Map<number, Waiting>()
  let [lastId, isOver] = [0, false]

  function end(failure: Error): void {
    isOver = true
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }

  worker.on('message', (answer: PgliteAnswer) => {
    const waiter = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('rows' in answer) waiter?.resolve(answer)
    else waiter?.reject(new QueryError(answer.message, answer.code))
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('The embedded database has ended.')))
  return {
    isOver: () => isOver,
    ask: (sql: string | undefined, parameters: readonly unknown[] = []): Promise<Rows> =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new Error('The embedded database has ended.'))
        lastId += 1
        waiting.set(lastId, { resolve, reject })
        worker.postMessage({ id: lastId, sql, parameters } satisfies PgliteRequest, [])
      }),
  }
}

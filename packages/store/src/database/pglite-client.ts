import { existsSync } from 'node:fs'
import { readdir, rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

import type { PGliteDialectConfig } from 'kysely'

import { DatabaseDamagedError, DatabaseDiskFullError } from './errors.ts'

/** A query to the thread; without SQL, the wish that it closes. */
export type PgliteRequest = {
  readonly id: number
  readonly sql: string | undefined
  readonly parameters: readonly unknown[]
}

/** What came of a query. */
export type PgliteAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly affectedRows: number }
  | {
      readonly id: number
      readonly message: string
      /** SQLSTATE; empty for what is not PostgreSQL's. */
      readonly code: string
      /** The thread is of no use any more: it would not answer, and compute for ever. */
      readonly isLast: boolean
    }

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

/** How long the thread may take for an answer, its start and what it was asked before included: milliseconds. */
const ANSWER_MS = 120_000
/** With less, what keeps it from starting is not what is in its folder. */
const LEAST_FREE_BYTES = 32 << 20

/** The embedded database, and why it was begun anew; nothing where it was not. */
export type OpenedPglite = {
  readonly client: PgliteClient
  readonly begunAnew: DatabaseDamagedError | undefined
}

/**
 * Starts PostgreSQL in a thread of its own, over a folder, or in memory where there is none. A thread that ended is followed by another one. A folder
 * that it cannot be started over, as a power cut may leave it, is renamed, and another one made in its place.
 */
export async function openPgliteClient(folder: string | undefined): Promise<OpenedPglite> {
  if (folder === undefined) return { client: startClient(folder), begunAnew: undefined }
  if (!existsSync(folder)) await makeFolder(folder)
  const client = startClient(folder)
  try {
    await client.query('select 1')
    return { client, begunAnew: undefined }
  } catch (failure) {
    await client.close()
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < LEAST_FREE_BYTES) throw new DatabaseDiskFullError(folder, failure)
    const begunAnew = await setAside(folder, failure)
    await makeFolder(folder)
    return { client: startClient(folder), begunAnew }
  }
}

async function setAside(folder: string, cause: unknown): Promise<DatabaseDamagedError> {
  const now = new Date()
  const aside = `${folder}.damaged-${now.toISOString().replaceAll(':', '-')}`
  await rename(folder, aside)
  await removeOldest(folder)
  return new DatabaseDamagedError({ folder, aside, cause })
}

/** Each has hundreds of megabytes: of those that were set aside, the newest stay. */
const KEPT_ASIDE = 3

async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(dirname(folder))
  const aside = names.filter((name) => name.startsWith(`${basename(folder)}.damaged-`)).toSorted()
  for (const name of aside.slice(0, -KEPT_ASIDE)) {
    await rm(join(dirname(folder), name), { recursive: true, force: true })
  }
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
  let [thread, isClosed]: [Thread | undefined, boolean] = [undefined, false]
  const current = (): Thread => {
    if (thread === undefined || thread.isOver()) thread = startThread(folder)
    return thread
  }
  return {
    // The first query waits until it is.
    ready: true,
    waitReady: Promise.resolve(),
    get closed() {
      return isClosed
    },
    query: (...asked) => queryOf(current())(...asked),
    transaction: (act) => transact(current(), act),
    close: async () => {
      isClosed = true
      // One that has failed already does not keep the process.
      await thread?.ask(undefined).catch(() => {})
      await thread?.end()
    },
  }
}

function queryOf({ ask }: Pick<Thread, 'ask'>): PgliteClient['query'] {
  return async (sql: string, parameters?: unknown[]) => {
    const { rows, affectedRows } = await ask(sql, parameters)
    return { rows: rows as never[], affectedRows, fields: [] }
  }
}

/** All of it is asked of one thread: another one would know nothing of the transaction. */
async function transact<Result>(
  { ask }: Thread,
  act: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  // Kysely waits for ever where a transaction fails to begin, so that its first query is told.
  const begun = ask('begin')
  begun.catch(() => {})
  const query = queryOf({ ask: async (...asked) => begun.then(() => ask(...asked)) })
  try {
    const result = await act({ query, rollback: async () => void (await ask('rollback')) })
    await ask('commit')
    return result
  } catch (failure) {
    await ask('rollback').catch(() => {})
    throw failure
  }
}

type Transaction = Parameters<Parameters<PgliteClient['transaction']>[0]>[0]

type Thread = {
  readonly ask: (sql: string | undefined, parameters?: readonly unknown[]) => Promise<Rows>
  readonly isOver: () => boolean
  readonly end: () => Promise<void>
}

/** Starts a thread; once it has ended, for whatever reason, nobody waits for it. */
function startThread(folder: string | undefined): Thread {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { folder },
  })
  const waiting = new Map<number, Waiting>()
  let [lastId, isOver] = [0, false]

  function fail(failure: Error): void {
    isOver = true
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
    void worker.terminate()
  }

  worker.on('message', (answer: PgliteAnswer) => {
    const waiter = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('rows' in answer) return waiter?.resolve(answer)
    const failure = new QueryError(answer.message, answer.code)
    waiter?.reject(failure)
    if (answer.isLast) fail(failure)
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('The embedded database has ended.')))
  return {
    isOver: () => isOver,
    end: async () => void (await worker.terminate()),
    ask: (sql, parameters = []) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new Error('The embedded database has ended.'))
        lastId += 1
        const silent = new Error(`The embedded database was silent for ${ANSWER_MS / 1000} s.`)
        const timer = setTimeout(fail, ANSWER_MS, silent)
        waiting.set(
          lastId,
          settling({ resolve, reject }, () => clearTimeout(timer)),
        )
        worker.postMessage({ id: lastId, sql, parameters } satisfies PgliteRequest, [])
      }),
  }
}

function settling({ resolve, reject }: Waiting, before: () => void): Waiting {
  return {
    resolve: (answer) => {
      before()
      resolve(answer)
    },
    reject: (failure) => {
      before()
      reject(failure)
    },
  }
}

import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'

import { databaseFailure, DatabaseNewerError, type DatabaseDamagedError } from './errors.ts'
import { migrations } from './migrations.ts'
import { openPgliteClient } from './pglite-client.ts'
import type { Schema } from './schema.ts'

/** Which database: PostgreSQL by its URL, or the embedded one in a folder, or in memory where there is none. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string | undefined }

/** A database whose tables are there, and why it was begun anew; nothing where it was not. */
export type OpenedDatabase = {
  readonly db: Kysely<Schema>
  readonly begunAnew: DatabaseDamagedError | undefined
}

/** Connections to a server that one masternode takes. */
const CONNECTIONS = 4
/** How long a server may take to answer: milliseconds. */
const CONNECT_MS = 5000
const QUERY_MS = 30_000

/**
 * Opens a database and brings its tables up to date; several masternodes may do so at once.
 *
 * @throws {@link DatabaseAwayError}, {@link DatabaseNewerError}
 */
export async function openDatabase(place: DatabasePlace): Promise<OpenedDatabase> {
  const { dialect, begunAnew } = await openDialect(place)
  const db = new Kysely<Schema>({ dialect })
  try {
    await migrate(db)
    return { db, begunAnew }
  } catch (failure) {
    await db.destroy()
    throw databaseFailure(failure)
  }
}

async function openDialect(place: DatabasePlace) {
  if ('url' in place) {
    return { dialect: new PostgresDialect({ pool: createPool(place.url) }), begunAnew: undefined }
  }
  try {
    const { client, begunAnew } = await openPgliteClient(place.folder)
    return { dialect: new PGliteDialect({ pglite: client }), begunAnew }
  } catch (failure) {
    throw databaseFailure(failure)
  }
}

function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    application_name: 'nexqloud',
  })
  // A connection that breaks while nobody uses it is replaced; unheard, it would end the process.
  pool.on('error', () => {})
  return pool
}

async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const isNewer = error instanceof Error && error.message.startsWith('corrupted migrations')
  throw isNewer ? new DatabaseNewerError(error) : error
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { DatabaseAwayError, DatabaseNewerError } from '../src/database/errors.ts'
import { openDatabase } from '../src/database/open-database.ts'
import { openRecordStore, type RecordStore } from '../src/record/record-store.ts'
import { describeRecordStore } from '../test/describe-record-store.ts'
import { createPostgresServer, findPostgres, type PostgresServer } from '../test/postgres-server.ts'

const programs = findPostgres()
const why =
  programs === undefined
    ? ' (skipped: no /usr/lib/postgresql/*/bin/postgres; apt-get install postgresql)'
    : ''

describe.skipIf(programs === undefined)(`PostgreSQL${why}`, () => {
  let server: PostgresServer
  let store: RecordStore

  beforeAll(async () => {
    server = await createPostgresServer(programs ?? '')
    await server.start()
    // Three masternodes that start at once, over a database that has nothing yet.
    const stores = await Promise.all([1, 2, 3].map(() => openRecordStore(server)))
    store = stores.pop() as RecordStore
    await Promise.all(stores.map((each) => each.close()))
  })
  afterAll(async () => {
    await store.close()
    await server.remove()
  })

  describeRecordStore(() => store)

  test('a database that goes is away, and is there again when it is back', async () => {
    const stream = { podUid: 'u', container: 'c', namespace: 'n', name: 'w', device: 'd' }
    const line = { at: '2026-03-01T00:00:00.000000000Z', ordinal: 0, isGap: false, text: 'kept' }
    await store.putLines(stream, [line], new Date())
    await server.kill()
    await expect(store.readLines(stream, 1)).rejects.toThrow(DatabaseAwayError)
    await expect(openRecordStore(server)).rejects.toThrow(DatabaseAwayError)
    await server.start()
    expect(await store.readLines(stream, 1)).toEqual([line])
  })

  test('what says how to reach a database is never told', async () => {
    const url = server.url.replace('nexqloud@', 'nexqloud:secret@').replace('/postgres', '/absent')
    const failure: unknown = await openRecordStore({ url }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DatabaseAwayError)
    expect(String(failure)).toContain('database "absent" does not exist')
    expect(String(failure)).not.toContain('secret')
  })

  test('the database of a later version is left alone', async () => {
    const { db } = await openDatabase(server)
    const migration = db.withTables<{ kysely_migration: { name: string; timestamp: string } }>()
    const later = { name: '9999-later', timestamp: new Date().toISOString() }
    await migration.insertInto('kysely_migration').values(later).execute()
    await expect(openRecordStore(server)).rejects.toThrow(DatabaseNewerError)
    await migration.deleteFrom('kysely_migration').where('name', '=', later.name).execute()
    await db.destroy()
  })
})

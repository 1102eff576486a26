import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How the tables became what they are, in order. One that was released never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-record': {
    up: async (db: Kysely<unknown>) => {
      await createEvents(db)
      await createLogs(db)
      await db.schema
        .createTable('outage')
        .addColumn('masternode', 'bigint', (column) => column.notNull())
        .addColumn('from_at', 'timestamptz', (column) => column.notNull())
        .addColumn('until_at', 'timestamptz', (column) => column.notNull())
        .addColumn('why', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('outage_key', ['masternode', 'from_at'])
        .execute()
    },
  },
}

async function createEvents(db: Kysely<unknown>): Promise<void> {
  const texts = ['subject', 'namespace', 'name', 'pod_uid', 'device'] as const
  const told = ['type', 'cause', 'actor', 'message', 'evidence'] as const
  let table = db.schema
    .createTable('event')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
  for (const name of [...texts, ...told]) {
    table = table.addColumn(name, 'text', (column) => column.notNull())
  }
  await table.execute()
  await db.schema
    .createIndex('event_by_name')
    .on('event')
    .columns(['subject', 'namespace', 'name', 'at'])
    .execute()
  await db.schema.createIndex('event_by_time').on('event').columns(['at']).execute()
}

async function createLogs(db: Kysely<unknown>): Promise<void> {
  const text = { uid: 'pod_uid', container: 'container' } as const
  await db.schema
    .createTable('log_stream')
    .addColumn(text.uid, 'text', (column) => column.notNull())
    .addColumn(text.container, 'text', (column) => column.notNull())
    .addColumn('namespace', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    .addColumn('written_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('log_stream_key', [text.uid, text.container])
    .execute()
  await db.schema
    .createIndex('log_stream_by_name')
    .on('log_stream')
    .columns(['namespace', 'name', 'started_at'])
    .execute()
  await db.schema
    .createTable('log_line')
    .addColumn(text.uid, 'text', (column) => column.notNull())
    .addColumn(text.container, 'text', (column) => column.notNull())
    // Times are compared byte by byte, whatever language the database sorts in.
    .addColumn('at', sql`text collate "C"`, (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('is_gap', 'boolean', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('log_line_key', [text.uid, text.container, 'at', 'ordinal'])
    .addForeignKeyConstraint(
      'log_line_of_stream',
      [text.uid, text.container],
      'log_stream',
      [text.uid, text.container],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute()
}

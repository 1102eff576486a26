import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openPgliteClient } from '../src/database/pglite-client.ts'

/** Goes into the log of PostgreSQL and nowhere else: once that cannot grow, a server would start anew. */
const fillLog = "select pg_logical_emit_message(true, 'test', repeat('x', 100000))"

test.skipIf(process.getuid?.() !== 0)(
  'an embedded database whose disk is full says so, keeps what it has, and goes on once there is room',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexqloud-record-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
    const record = join(folder, 'record')
    try {
      const { client } = await openPgliteClient(record)
      await client.query('create table kept (number int)')
      await client.query('insert into kept values (1)')
      fill(join(folder, 'filler'))
      await expect(askUntilItFails(() => client.query(fillLog))).rejects.toThrow(/No space left/)
      await expect(client.query('select 1')).rejects.toThrow(/failed to initialize/)
      await expect(openPgliteClient(record)).rejects.toMatchObject({ code: 'STORE_DISK_FULL' })
      rmSync(join(folder, 'filler'))
      await client.query('insert into kept values (2)')
      const { rows } = await client.query('select number from kept order by number')
      expect(rows).toEqual([{ number: 1 }, { number: 2 }])
      await client.close()
    } finally {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true })
    }
  },
)

async function askUntilItFails(ask: () => Promise<unknown>): Promise<never> {
  for (;;) await ask()
}

/** Takes what is left. */
function fill(file: string): void {
  const pieces = [1 << 20, 4096].map((size) => Buffer.alloc(size))
  for (const piece of pieces) {
    try {
      for (;;) appendFileSync(file, piece)
    } catch (failure) {
      expect(failure).toMatchObject({ code: 'ENOSPC' })
    }
  }
}

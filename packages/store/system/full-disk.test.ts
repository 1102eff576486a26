import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

import { openPgliteClient } from '../src/database/pglite-client.ts'
import { openFileShelf } from '../src/witness/file-shelf.ts'
import { parseWitnessFile } from '../src/witness/witness-file.ts'
import { openWitnessJournal } from '../src/witness/witness-journal.ts'

/** Goes into the log of PostgreSQL and nowhere else: once that cannot grow, a server would start anew. */
const fillLog = "select pg_logical_emit_message(true, 'test', repeat('x', 100000))"

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip('only root can mount a disk')
})

test('an embedded database whose disk is full says so, keeps what it has, and goes on once there is room', async () => {
  const { folder, fill, empty } = mountDisk('64m')
  const record = join(folder, 'record')
  const { client } = await openPgliteClient(record)
  await client.query('create table kept (number int)')
  await client.query('insert into kept values (1)')
  fill()
  await expect(askUntilItFails(() => client.query(fillLog))).rejects.toThrow(/No space left/)
  await expect(client.query('select 1')).rejects.toThrow(/failed to initialize/)
  await expect(openPgliteClient(record)).rejects.toMatchObject({ code: 'STORE_DISK_FULL' })
  empty()
  await client.query('insert into kept values (2)')
  const { rows } = await client.query('select number from kept order by number')
  expect(rows).toEqual([{ number: 1 }, { number: 2 }])
  await client.close()
})

/** What is written of them takes more than a block. */
const manyDevices = Array.from({ length: 2000 }, (_, index) => parseDeviceId(index + 1))

test('minutes that a full disk does not take are told, and all others are in the file of the period', async () => {
  const { folder, fill, empty } = mountDisk('1m')
  const calendar = createCalendar({ genesisTime: 0, periodSeconds: 300 })
  const masternode = parseMasternodeId(1)
  const shelf = await openFileShelf({ folder, calendar })
  const journal = await openWitnessJournal({ shelf, calendar, masternode })
  const witness = (index: number): Promise<void> =>
    journal.append(parsePeriod(0), { index, devices: manyDevices, runs: [] })
  await witness(0)
  fill()
  await expect(witness(1)).rejects.toMatchObject({ code: 'STORE_DISK_FULL' })
  await expect(journal.sealBefore(parsePeriod(1))).rejects.toMatchObject({
    message: `The file of period 0 was not written into ${folder}: the disk is full. Where that stays so, it was not witnessed here.`,
  })
  empty()
  await witness(2)
  const [sealed] = await journal.sealBefore(parsePeriod(1))
  expect(parseWitnessFile(readFileSync(sealed?.file ?? '')).up).toEqual(new Uint32Array([0b101]))
  await journal.close()
})

/** A small disk that ends with the test. */
function mountDisk(size: string) {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true })
  })
  const filler = join(folder, 'filler')
  return { folder, fill: () => fillDisk(filler), empty: () => rmSync(filler) }
}

async function askUntilItFails(ask: () => Promise<unknown>): Promise<never> {
  for (;;) await ask()
}

/** Takes what is left. */
function fillDisk(file: string): void {
  const pieces = [1 << 20, 4096].map((size) => Buffer.alloc(size))
  for (const piece of pieces) {
    try {
      for (;;) appendFileSync(file, piece)
    } catch (failure) {
      expect(failure).toMatchObject({ code: 'ENOSPC' })
    }
  }
}

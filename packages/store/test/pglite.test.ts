import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openRecordStore, type RecordStore } from '../src/record/record-store.ts'
import { describeRecordStore } from './describe-record-store.ts'
import { makeScratchFolder } from './witness.ts'

let store: RecordStore

beforeAll(async () => {
  store = await openRecordStore({ folder: undefined })
}, 60_000)
afterAll(() => store.close())

describeRecordStore(() => store)

test('a folder that a power cut has left of no use is set aside, another one begun, and the newest three are kept', async () => {
  const scratch = await makeScratchFolder()
  const folder = join(scratch, 'record')
  const stream = { podUid: 'u', container: 'c', namespace: 'n', name: 'w', device: 'd' }
  const before = await openRecordStore({ folder })
  expect(before.begunAnew).toBeUndefined()
  await before.putLines(stream, [], new Date())
  await before.close()
  await zeroLog(folder)
  for (const year of [2021, 2022, 2023]) await mkdir(`${folder}.damaged-${year}`)
  const after = await openRecordStore({ folder })
  const set = (await readdir(scratch)).filter((name) => name !== 'record').toSorted()
  const [older, old, aside = ''] = set
  expect([set.length, older, old]).toEqual([3, 'record.damaged-2022', 'record.damaged-2023'])
  expect(aside).toMatch(/^record\.damaged-20/)
  expect(after.begunAnew).toMatchObject({
    code: 'STORE_DATABASE_DAMAGED',
    aside: join(scratch, aside),
  })
  expect(await after.listStreams(stream)).toEqual([])
  await after.putLines(stream, [], new Date())
  await after.close()
  const again = await openRecordStore({ folder })
  expect(again.begunAnew).toBeUndefined()
  expect(await again.listStreams(stream)).toHaveLength(1)
  await again.close()
})

/** The file system knows of the log's blocks, and has nothing in them. */
async function zeroLog(folder: string): Promise<void> {
  const log = join(folder, 'pg_wal')
  const names = (await readdir(log)).filter((name) => /^[\dA-F]{24}$/.test(name))
  for (const name of names) {
    const { length } = await readFile(join(log, name))
    await writeFile(join(log, name), Buffer.alloc(length))
  }
}

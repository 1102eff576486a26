import { createManualClock, parseMasternodeId } from '@nexqloud/kernel'
import { DatabaseAwayError, type Outage, type RecordStore } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import { createRecordDatabase } from './record-database.ts'

const startMs = Date.parse('2026-03-01T00:00:00Z')
const minute = 60_000

test('a database that is gone for ten minutes is told once, and is a row of its own once it is back', async () => {
  const { database, clock, passMinutes, setAway, failures, rows, attempts, signal } = setup()
  await clock.pass(1000)
  expect(await database.use(async () => 'asked')).toBe('asked')
  setAway(true)
  await expect(database.use((store) => store.putEvents([]))).rejects.toThrow(DatabaseAwayError)
  const waiting = database.useForSure((store) => store.putEvents([]), signal)
  await passMinutes(10)
  expect(failures).toHaveLength(1)
  expect(rows).toEqual([])
  expect(attempts()).toBeLessThan(130)
  setAway(false)
  await clock.pass(6000)
  await waiting
  const [row, ...others] = rows
  expect(others).toEqual([])
  expect(row).toMatchObject({ masternode: 1, why: 'The database of the record is away: gone' })
  const awayMs = (row?.until.getTime() ?? 0) - (row?.from.getTime() ?? 0)
  expect(awayMs).toBeGreaterThanOrEqual(10 * minute)
  expect(awayMs).toBeLessThan(10 * minute + 10_000)
})

function setup() {
  const clock = createManualClock(startMs)
  const [failures, rows, over]: [unknown[], Outage[], AbortController] = [
    [],
    [],
    new AbortController(),
  ]
  let [isAway, attempts] = [false, 0]
  const answer = async (): Promise<void> => {
    attempts += 1
    if (isAway) throw new DatabaseAwayError(new Error('gone'))
  }
  const store = {
    begunAnew: undefined,
    putEvents: answer,
    putOutage: answer,
    prune: answer,
    close: async () => {},
  } as unknown as RecordStore
  const database = createRecordDatabase({
    open: async () => store,
    masternode: parseMasternodeId(1),
    clock,
    onFailure: (failure) => failures.push(failure),
    onBack: (outage) => rows.push(outage),
  })
  void database.run(over.signal)
  onTestFinished(() => over.abort())
  return {
    database,
    clock,
    failures,
    rows,
    signal: over.signal,
    attempts: () => attempts,
    setAway: (isNow: boolean) => {
      isAway = isNow
    },
    passMinutes: async (minutes: number) => {
      for (let ms = 0; ms < minutes * minute; ms += 1000) await clock.pass(1000)
    },
  }
}

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { createCalendar, leaseSeconds, periodOf, uptimeSeconds } from '@nexqloud/rules'
import { minuteRecordOf, openFileShelf, parseWitnessFile, type WitnessFile } from '@nexqloud/store'
import { expect, onTestFinished, test, vi } from 'vitest'

import type { RecordOptions } from '../src/record/recorder.ts'
import { assignPayer, createInstance, podIsReady } from '../test/instance.ts'
import { openRegion } from '../test/region.ts'

const calendar = createCalendar({ genesisTime: 0, periodSeconds: 30 })
/** One masternode is cut off so long: more than a silence that is forgiven. */
const CUT_MS = 12_000
/** A sign of life comes each two seconds. */
const SLACK_SECONDS = 3

test('three witnesses agree but for the seconds in which one was cut off, and one that lies is outvoted', async () => {
  const sealed = new Map<number, Map<number, string>>()
  const records = await Promise.all([1, 2, 3].map((number) => recordOf(number, sealed)))
  const region = await openRegion(3, (number) => records[number - 1])
  await region.join('device-1')
  await createInstance(region.client)
  await assignPayer(region.client)
  await podIsReady(region.client)
  const period = await nextPeriod()
  await wait(8000)
  region.cut(2, true)
  await wait(CUT_MS)
  region.cut(2, false)
  const files = await vi.waitFor(() => readFiles(sealed.get(period)), {
    timeout: 60_000,
    interval: 500,
  })
  const seconds = files.map(secondsOf)
  expect(
    new Set(files.flatMap(({ runs }) => Array.from(runs, ({ instance }) => instance))).size,
  ).toBe(1)
  expect(seconds[0]).toBeGreaterThanOrEqual(30 - SLACK_SECONDS)
  expect(seconds[2]).toBeGreaterThanOrEqual(30 - SLACK_SECONDS)
  expect(seconds[1]).toBeGreaterThanOrEqual(30 - CUT_MS / 1000 - 2 * SLACK_SECONDS)
  expect(seconds[1]).toBeLessThanOrEqual(30 - CUT_MS / 1000 + SLACK_SECONDS)
  const device = parseDeviceId(1)
  for (const liar of [0, 1, 2]) {
    const honest = seconds.toSpliced(liar, 1)
    for (const lie of [0, 30, 1_000_000]) {
      const counted = leaseSeconds(seconds.with(liar, lie))
      expect(counted).toBeGreaterThanOrEqual(Math.min(...honest))
      expect(counted).toBeLessThanOrEqual(Math.max(...honest))
    }
    const minutes = files.map((file) => minuteRecordOf(file, device))
    const silenced = minutes.with(liar, { seen: new Uint32Array(1), up: new Uint32Array([1]) })
    expect(uptimeSeconds(minutes, 1)).toBe(60)
    expect(uptimeSeconds(silenced, 1)).toBe(60)
  }
}, 150_000)

async function recordOf(
  number: number,
  sealed: Map<number, Map<number, string>>,
): Promise<RecordOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-witness-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return {
    masternode: parseMasternodeId(number),
    calendar,
    shelf: await openFileShelf({ folder, calendar }),
    openStore: () => Promise.reject(new Error('There is none.')),
    onBack: () => {},
    onSealed: ({ period, file }) => {
      sealed.set(period, (sealed.get(period) ?? new Map<number, string>()).set(number, file))
    },
  }
}

/** Resolves at its start. */
async function nextPeriod(): Promise<number> {
  const next = periodOf(calendar, Math.floor(Date.now() / 1000)) + 1
  await wait(next * calendar.periodSeconds * 1000 - Date.now())
  return next
}

async function readFiles(files = new Map<number, string>()): Promise<readonly WitnessFile[]> {
  expect(files.size).toBe(3)
  return Promise.all(
    [1, 2, 3].map(async (number) => parseWitnessFile(await readFile(files.get(number) ?? ''))),
  )
}

function secondsOf({ runs }: WitnessFile): number {
  const [first] = runs
  return first?.seconds ?? 0
}

/** Arbitrary minutes of a period, and a folder that ends with the test. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseDeviceId } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import fc from 'fast-check'
import { onTestFinished } from 'vitest'

import { compareRuns } from '../src/witness/minute-pages.ts'
import type { WitnessedMinute } from '../src/witness/minute.ts'

/** Periods of five minutes, as a local network has. */
export const calendar = createCalendar({ genesisTime: 1_000_000_000, periodSeconds: 300 })

const device = fc.integer({ min: 1, max: 6 }).map(parseDeviceId)

/** What may have been seen in a minute of this number. */
function minuteOf(index: number): fc.Arbitrary<WitnessedMinute> {
  return fc.uniqueArray(device).chain((heard): fc.Arbitrary<WitnessedMinute> => {
    const devices = heard.toSorted((left, right) => left - right)
    if (devices.length === 0) return fc.constant({ index, devices, runs: [] })
    const run = fc.record({
      uid: fc.constantFrom('a-1', 'a-2', 'b-1', 'ü'),
      namespace: fc.constantFrom('default', 'tenant'),
      name: fc.constantFrom('web', 'db'),
      device: fc.constantFrom(...devices),
      seconds: fc.integer({ min: 1, max: 60 }),
    })
    const selector = ({ uid, device: id }: { uid: string; device: number }) => `${uid}/${id}`
    return fc
      .uniqueArray(run, { selector })
      .map((runs) => ({ index, devices, runs: runs.toSorted(compareRuns) }))
  })
}

/** Some minutes of a period, in order. */
export const someMinutes = (minutes: number): fc.Arbitrary<readonly WitnessedMinute[]> =>
  fc
    .subarray(Array.from({ length: minutes }, (_, index) => index))
    .chain((indexes) => fc.tuple(...indexes.map(minuteOf)))

/** Makes a folder that is removed when the test is over. */
export async function makeScratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

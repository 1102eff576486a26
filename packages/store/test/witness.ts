/** Arbitrary minutes of a period, and a folder that ends with the test. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createInstanceKey, parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import fc from 'fast-check'
import { onTestFinished } from 'vitest'

import { openFileShelf } from '../src/witness/file-shelf.ts'
import { compareRuns } from '../src/witness/minute-pages.ts'
import type { WitnessedMinute } from '../src/witness/minute.ts'
import type { WitnessFile } from '../src/witness/witness-file.ts'

/** Periods of five minutes, as a local network has. */
export const calendar = createCalendar({ genesisTime: 1_000_000_000, periodSeconds: 300 })

const device = fc.integer({ min: 1, max: 6 }).map(parseDeviceId)

/** Returns an instance of a number. */
export function instanceOf(number: bigint) {
  return createInstanceKey(parseAddress(`0x${'a'.repeat(40)}`), number)
}

/** Returns a file with its runs as an array, wherever they lay. */
export function unpack(file: WitnessFile): WitnessFile {
  return { ...file, runs: [...file.runs] }
}

/** What may have been seen in a minute of this number. */
function minuteOf(index: number): fc.Arbitrary<WitnessedMinute> {
  return fc.uniqueArray(device).chain((heard): fc.Arbitrary<WitnessedMinute> => {
    const devices = heard.toSorted((left, right) => left - right)
    if (devices.length === 0) return fc.constant({ index, devices, runs: [] })
    const run = fc.record({
      instance: fc.constantFrom(...[1n, 2n, 3n].map(instanceOf)),
      device: fc.constantFrom(...devices),
      seconds: fc.integer({ min: 1, max: 60 }),
    })
    return fc
      .uniqueArray(run, { selector: ({ instance, device: id }) => `${instance}/${id}` })
      .map((runs) => ({ index, devices, runs: runs.toSorted(compareRuns) }))
  })
}

/** Some minutes of a period, in order. */
export const someMinutes = (minutes: number): fc.Arbitrary<readonly WitnessedMinute[]> =>
  fc
    .subarray(Array.from({ length: minutes }, (_, index) => index))
    .chain((indexes) => fc.tuple(...indexes.map(minuteOf)))

/** Opens a shelf in a folder that is removed when the test is over. */
export async function openScratchShelf(folder?: string) {
  return openFileShelf({ folder: folder ?? (await makeScratchFolder()), calendar })
}

/** Makes a folder that is removed when the test is over. */
export async function makeScratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

import { join } from 'node:path'

import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'

import { openRecordStore } from '../src/record/record-store.ts'
import { openFileShelf } from '../src/witness/file-shelf.ts'
import { openWitnessJournal } from '../src/witness/witness-journal.ts'

/** Writes minutes and lines without end, and prints each once it is acknowledged. */
const folder = process.argv[2] ?? ''
const round = Number(process.argv[3])
const calendar = createCalendar({ genesisTime: 0, periodSeconds: 86_400 })
const masternode = parseMasternodeId(1)
const store = await openRecordStore({ folder: join(folder, 'record') })
const shelf = await openFileShelf({ folder: join(folder, 'witness'), calendar })
const journal = await openWitnessJournal({ shelf, calendar, masternode })
const devices = [parseDeviceId(round + 1)]
const stream = { podUid: `u${round}`, container: 'main', namespace: 'n', name: 'w', device: 'd' }

async function writeMinutes(): Promise<void> {
  for (let index = 0; index < 1440; index += 1) {
    await journal.append(parsePeriod(round), { index, devices, runs: [] })
    process.stdout.write(`minute ${index}\n`)
  }
}

async function writeLines(): Promise<void> {
  for (let count = 0; ; count += 1) {
    const at = new Date(count).toISOString().replace('Z', '000000Z')
    await store.putLines(stream, [{ at, ordinal: 0, isGap: false, text: '' }], new Date())
    process.stdout.write(`line ${count}\n`)
  }
}

await Promise.all([writeMinutes(), writeLines()])

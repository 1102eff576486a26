import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { openRecordStore } from '../src/record/record-store.ts'
import { openFileShelf } from '../src/witness/file-shelf.ts'
import { minuteRecordOf, parseWitnessFile } from '../src/witness/witness-file.ts'
import { openWitnessJournal } from '../src/witness/witness-journal.ts'
import { makeScratchFolder } from '../test/witness.ts'

const ROUNDS = 5

test('kill -9 loses no minute and no line that was acknowledged, and the embedded database opens again', async () => {
  const folder = await makeScratchFolder()
  for (let round = 0; round < ROUNDS; round += 1) {
    const { minutes, lines } = await writeUntilKilled(folder, round)
    expect(Math.min(minutes, lines)).toBeGreaterThan(0)
    const store = await openRecordStore({ folder: join(folder, 'record') })
    const key = { podUid: `u${round}`, container: 'main' }
    expect((await store.readLines(key, 100_000)).length).toBeGreaterThanOrEqual(lines)
    await store.close()
    const file = await sealRound(folder, round)
    const { up, seen } = minuteRecordOf(file, parseDeviceId(round + 1))
    expect(seen).toEqual(up)
    const count = [...up].map((word) => word.toString(2).replaceAll('0', '').length)
    expect(count.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(minutes)
  }
})

async function sealRound(folder: string, round: number) {
  const calendar = createCalendar({ genesisTime: 0, periodSeconds: 86_400 })
  const shelf = await openFileShelf({ folder: join(folder, 'witness'), calendar })
  const journal = await openWitnessJournal({ shelf, calendar, masternode: parseMasternodeId(1) })
  const [sealed] = await journal.sealBefore(parsePeriod(round + 1))
  await journal.close()
  return parseWitnessFile(await readFile(sealed?.file ?? ''))
}

/** Returns how many minutes and lines were acknowledged before the kill. */
async function writeUntilKilled(folder: string, round: number) {
  const args = [join(import.meta.dirname, 'crash-child.ts'), folder, String(round)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (data: Buffer) => {
    const isFirst = !output.includes('line')
    output += data.toString()
    if (isFirst && output.includes('line'))
      setTimeout(() => child.kill('SIGKILL'), 50 + Math.random() * 300)
  })
  await once(child, 'close')
  const count = (what: string) =>
    output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith(what)).length
  return { minutes: count('minute'), lines: count('line') }
}

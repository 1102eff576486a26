import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  calendar,
  instanceOf,
  makeScratchFolder,
  openScratchShelf,
  someMinutes,
  unpack,
} from '../../test/witness.ts'
import { ForeignJournalError } from './errors.ts'
import { encodeFrame, readFrames } from './journal-frame.ts'
import { foldMinutes, parseWitnessFile, witnessFileHash } from './witness-file.ts'
import { openWitnessJournal } from './witness-journal.ts'

const masternode = parseMasternodeId(1)
const [period, next] = [parsePeriod(4), parsePeriod(5)]
const empty = { devices: [], runs: [] }

test('a period is sealed into the file that its minutes make, under its hash', async () => {
  const { folder, open } = await setup()
  const [minutes = []] = fc.sample(someMinutes(5), { numRuns: 1, seed: 7 })
  const journal = await open()
  for (const minute of minutes) await journal.append(period, minute)
  const [sealed, ...others] = await journal.sealBefore(next)
  expect(others).toEqual([])
  const bytes = await readFile(sealed?.file ?? '')
  expect(sealed).toMatchObject({ period, hash: witnessFileHash(bytes) })
  expect(unpack(parseWitnessFile(bytes))).toEqual(
    foldMinutes({ period, masternode, minutes: 5 }, minutes),
  )
  expect(await readdir(folder)).toEqual([`${period}-${masternode}-${sealed?.hash}.witness`])
  expect(await journal.sealBefore(next)).toEqual([])
  await journal.close()
})

test('a journal that was torn anywhere opens with the minutes before the tear, and goes on', async () => {
  const { folder, open } = await setup()
  const journal = await open()
  for (const index of [0, 1, 2]) await journal.append(period, { index, ...empty })
  await journal.close()
  const file = join(folder, `${period}.journal`)
  const whole = await readFile(file)
  for (let length = 0; length <= whole.length; length += 1) {
    await writeFile(file, whole.subarray(0, length))
    const kept = readFrames(whole.subarray(0, length)).payloads.length
    const again = await open()
    await again.append(period, { index: 4, ...empty })
    await again.close()
    const { payloads } = readFrames(await readFile(file))
    expect(payloads).toHaveLength(Math.max(kept, 1) + 1)
  }
})

test('any prefix, and any noise behind it, reads as the frames that are whole', () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(payload), fc.nat(), fc.boolean(), (payloads, cut, zeros) => {
      const whole = Buffer.concat(payloads.map(encodeFrame))
      const prefix = whole.subarray(0, cut % (whole.length + 1))
      const read = readFrames(zeros ? Buffer.concat([prefix, Buffer.alloc(32)]) : prefix)
      const expected = payloads.slice(0, read.payloads.length)
      expect(read.payloads.map((each) => [...each])).toEqual(expected.map((each) => [...each]))
      expect(read.endBytes).toBeLessThanOrEqual(prefix.length)
    }),
  )
})

test('sealing takes away two files that are older than 35 days, and nothing else', async () => {
  const { folder, open } = await setup()
  const periodsADay = 86_400 / calendar.periodSeconds
  const [young, now] = [101, 100 + 35 * periodsADay].map(parsePeriod)
  const nameOf = (of: number): string => `${of}-1-0x${String(of).padStart(64, '0')}.witness`
  for (const of of [98, 99, 100, 101]) await writeFile(join(folder, nameOf(of ?? 0)), 'x')
  await writeFile(join(folder, 'notes.witness'), 'x')
  const journal = await open()
  await journal.append(now ?? period, { index: 0, ...empty })
  const [sealed] = await journal.sealBefore(parsePeriod((now ?? 0) + 1))
  await journal.close()
  const expected = [
    'notes.witness',
    nameOf(100),
    nameOf(young ?? 0),
    `${now}-${masternode}-${sealed?.hash}.witness`,
  ]
  expect((await readdir(folder)).toSorted()).toEqual(expected.toSorted())
})

test('one that was away throughout a period has a file that says so, once', async () => {
  const { folder, open } = await setup()
  const journal = await open()
  const [sealed, ...others] = await journal.sealBefore(next)
  expect(others).toEqual([])
  const bytes = await readFile(sealed?.file ?? '')
  expect(unpack(parseWitnessFile(bytes))).toEqual(
    foldMinutes({ period, masternode, minutes: 5 }, []),
  )
  expect(await journal.sealBefore(next)).toEqual([])
  const again = await open()
  expect(await again.sealBefore(next)).toEqual([])
  expect(await readdir(folder)).toEqual([`${period}-${masternode}-${sealed?.hash}.witness`])
})

test('a journal of before runs had keys is begun anew', async () => {
  const { folder, open } = await setup()
  await writeFile(join(folder, `${period}.journal`), encodeFrame(Buffer.from('{"version":1}')))
  const journal = await open()
  await journal.append(period, { index: 2, ...empty })
  const [sealed] = await journal.sealBefore(next)
  const { up } = parseWitnessFile(await readFile(sealed?.file ?? ''))
  expect(up).toEqual(new Uint32Array([0b100]))
  await journal.close()
})

test('a period of more runs than others take is sealed with the longest of them, and says so', async () => {
  const { open } = await setup({ mostFileBytes: 16 + 1 + 4 + 5 + 4 + 2 * 40 })
  const journal = await open()
  const device = parseDeviceId(1)
  const runs = [7, 9, 8].map((seconds, at) => ({
    instance: instanceOf(BigInt(at)),
    device,
    seconds,
  }))
  await journal.append(period, { index: 0, devices: [device], runs })
  const [sealed] = await journal.sealBefore(next)
  await journal.close()
  expect(sealed?.runsLeftOut).toBe(1)
  const { devices, runs: kept } = parseWitnessFile(await readFile(sealed?.file ?? ''))
  expect([devices.size, Array.from(kept, ({ seconds }) => seconds)]).toEqual([1, [9, 8]])
})

test('a minute is written once', async () => {
  const { folder, open } = await setup()
  for (const _ of [1, 2]) {
    const journal = await open()
    await journal.append(period, { index: 0, ...empty })
    await journal.append(period, { index: 0, ...empty })
    await journal.close()
  }
  const { payloads } = readFrames(await readFile(join(folder, `${period}.journal`)))
  expect(payloads).toHaveLength(2)
})

test('the journal of another masternode is left alone', async () => {
  const { folder, open } = await setup()
  const journal = await open()
  await journal.append(period, { index: 0, ...empty })
  await journal.close()
  const shelf = await openScratchShelf(folder)
  const other = await openWitnessJournal({ shelf, calendar, masternode: parseMasternodeId(2) })
  await expect(other.append(period, { index: 1, ...empty })).rejects.toThrow(ForeignJournalError)
  await expect(other.sealBefore(next)).rejects.toThrow(ForeignJournalError)
  expect(await readdir(folder)).toEqual([`${period}.journal`])
})

async function setup(more: { readonly mostFileBytes?: number } = {}) {
  const folder = await makeScratchFolder()
  const open = async () =>
    openWitnessJournal({ shelf: await openScratchShelf(folder), calendar, masternode, ...more })
  return { folder, open }
}

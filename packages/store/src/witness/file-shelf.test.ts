import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { calendar, makeScratchFolder, openScratchShelf } from '../../test/witness.ts'
import { witnessFileHash } from './witness-file.ts'

const [first, second] = [parsePeriod(1), parsePeriod(2)]
const author = parseMasternodeId(7)
const bytes = Buffer.from('what somebody saw')

test('what is kept is found by its hash and its period, also by the next process', async () => {
  const folder = await makeScratchFolder()
  const shelf = await openScratchShelf(folder)
  const hash = await shelf.keep({ period: first, author }, bytes)
  expect(hash).toBe(witnessFileHash(bytes))
  expect(await shelf.keep({ period: first, author }, bytes)).toBe(hash)
  for (const each of [shelf, await openScratchShelf(folder)]) {
    expect(await each.read(hash)).toEqual(bytes)
    expect([each.hashesOf(first), each.hashesOf(second)]).toEqual([[hash], []])
  }
  expect(await readdir(folder)).toEqual([`1-7-${hash}.witness`])
})

test('what nobody kept, or somebody took away, is not there', async () => {
  const folder = await makeScratchFolder()
  await writeFile(join(folder, `1-7-${witnessFileHash(bytes)}.witness.new`), 'torn')
  const shelf = await openScratchShelf(folder)
  for (const name of [witnessFileHash(bytes), '../../etc/passwd', '']) {
    expect(await shelf.read(name)).toBeUndefined()
  }
  const hash = await shelf.keep({ period: first, author }, bytes)
  await rm(join(folder, `1-7-${hash}.witness`))
  expect(await shelf.read(hash)).toBeUndefined()
})

test('what was taken away, or damaged by the disk, can be kept anew', async () => {
  const folder = await makeScratchFolder()
  const shelf = await openScratchShelf(folder)
  const hash = await shelf.keep({ period: first, author }, bytes)
  const file = join(folder, `1-7-${hash}.witness`)
  for (const spoil of [() => rm(file), () => writeFile(file, 'what nobody saw')]) {
    await spoil()
    expect(await shelf.keep({ period: first, author }, bytes)).toBe(hash)
    expect(await shelf.read(hash)).toEqual(bytes)
  }
})

test('tidying takes the files of the two oldest periods of those that are too old, all of each', async () => {
  const shelf = await openScratchShelf()
  const now = parsePeriod(100 + (35 * 86_400) / calendar.periodSeconds)
  for (const period of [97, 98, 99, 100, now].map(parsePeriod)) {
    for (const who of ['one', 'other']) {
      await shelf.keep({ period, author }, Buffer.from(`${who} of ${period}`))
    }
  }
  await shelf.tidy(now)
  const left = [97, 98, 99, 100].map((period) => shelf.hashesOf(parsePeriod(period)).length)
  expect(left).toEqual([0, 0, 2, 2])
})

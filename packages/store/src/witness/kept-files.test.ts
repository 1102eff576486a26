import { parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { filesToRemove, type KeptFile } from './kept-files.ts'

const limits = { bytes: 100, periods: 3 }

test('files of periods that are too old go', () => {
  expect(removed(filesOf([1, 2, 3, 4, 5, 6], 10), 3)).toEqual([1, 2])
})

test('what is more than the room for them goes, the oldest first', () => {
  expect(removed(filesOf([1, 2, 3, 4, 5, 6], 24), 0)).toEqual([1, 2])
})

test('files that somebody may still ask for stay, however old and large they are', () => {
  expect(removed(filesOf([1, 2, 3], 1000), 900)).toEqual([])
})

test('whose files are large loses its own, and nobody else’s', () => {
  const files = [...filesOf([1, 2, 3, 4, 5, 6], 5, 1), ...filesOf([1, 2, 3, 4, 5, 6], 40, 2)]
  const gone = filesToRemove(files, 0, { bytes: 150, periods: 2 })
  expect(gone.map(({ name }) => name)).toEqual(['1-2', '2-2', '3-2'])
})

test('whatever there is, what stays is young and fits, but for the newest periods', () => {
  const size = fc.integer({ min: 0, max: 60 })
  const some = fc.uniqueArray(fc.tuple(fc.nat(30), size), { selector: ([period]) => period })
  fc.assert(
    fc.property(some, fc.nat(30), (pairs, before) => {
      const files = pairs.flatMap(([period, bytes]) => filesOf([period], bytes, 1 + (bytes % 3)))
      const gone = new Set(filesToRemove(files, before, limits))
      const newest = Math.max(...pairs.map(([period]) => period))
      const stays = files.filter((file) => !gone.has(file))
      const old = stays.filter(({ period }) => period <= newest - limits.periods)
      expect(old.every(({ period }) => period >= before)).toBe(true)
      const bytes = stays.reduce((sum, file) => sum + file.bytes, 0)
      expect(old.length === 0 || bytes <= limits.bytes).toBe(true)
      expect([...gone].every(({ period }) => period <= newest - limits.periods)).toBe(true)
    }),
  )
})

function filesOf(periods: readonly number[], bytes: number, id = 1): readonly KeptFile[] {
  const author = parseMasternodeId(id)
  return periods.map((period) => {
    return { name: `${period}-${id}`, period: parsePeriod(period), author, bytes }
  })
}

function removed(files: readonly KeptFile[], before: number): readonly number[] {
  return filesToRemove(files, before, limits).map(({ period }) => Number(period))
}

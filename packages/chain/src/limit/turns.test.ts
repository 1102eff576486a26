import { expect, test } from 'vitest'

import { createTurns } from './turns.ts'

test('things of a name are done one after the other, those of another one at once, whether they fail or not', async () => {
  const turns = createTurns(3, () => new Error('too many'))
  const begun: string[] = []
  const ends = [0, 1, 2].map(() => Promise.withResolvers<void>())
  const [first, second, other] = ['me', 'me', 'you'].map((name, index) =>
    turns(name, async () => {
      begun.push(`${name} ${index}`)
      await ends[index]?.promise
      return index
    }),
  )
  await expect.poll(() => begun).toEqual(['me 0', 'you 2'])
  ends[0]?.reject(new Error('it failed'))
  await expect(first).rejects.toThrow('it failed')
  await expect.poll(() => begun).toEqual(['me 0', 'you 2', 'me 1'])
  for (const { resolve } of ends) resolve()
  expect(await Promise.all([second, other])).toEqual([1, 2])
})

test('a name has so many turns at most, until one of them has ended', async () => {
  const turns = createTurns(2, () => new Error('too many'))
  const end = Promise.withResolvers<void>()
  const waiting = [0, 1].map(() => turns('me', () => end.promise))
  await expect(turns('me', async () => {})).rejects.toThrow('too many')
  await expect(turns('you', async () => 1)).resolves.toBe(1)
  end.resolve()
  await Promise.all(waiting)
  await expect(turns('me', async () => 2)).resolves.toBe(2)
})

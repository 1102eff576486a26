import { expect, test } from 'vitest'

import { chooseKind, instanceTypes } from './instance-types.ts'

const listed = [
  { id: 1, name: 't3.nano', microUsdPerHour: 2000n },
  { id: 2, name: 't3.micro', microUsdPerHour: 4000n },
  { id: 8, name: 'c5.large', microUsdPerHour: 34_000n },
  { id: 10, name: 'm5.large', microUsdPerHour: 38_000n },
  { id: 11, name: 'something', microUsdPerHour: 1n },
  { id: 12, name: 'm5.xlarge', microUsdPerHour: 0n },
]
const MI = 2 ** 20
const choose = (cpuMilli: number, limitMilli: number, memoryMi: number) =>
  chooseKind({ cpuMilli, limitMilli, memoryBytes: memoryMi * MI }, listed)?.name

test('a size that is asked for by its name is the kind of that name', () => {
  for (const { name } of listed.filter((kind) => kind.microUsdPerHour > 1n)) {
    const { cpuMilli, memoryMi, baselineMilli } = instanceTypes.get(name)!
    expect(choose(baselineMilli, cpuMilli, memoryMi)).toBe(name)
  }
})

test('anything else is the cheapest listed kind that holds it', () => {
  expect(choose(50, 50, 100)).toBe('t3.nano')
  expect(choose(100, 2000, 513)).toBe('t3.micro')
  expect(choose(500, 500, 512)).toBe('c5.large')
  expect(choose(500, 500, 5000)).toBe('m5.large')
})

test('what is larger than all that are listed has no kind', () => {
  expect(choose(2001, 2001, 100)).toBeUndefined()
  expect(choose(100, 100, 8193)).toBeUndefined()
})

test('of kinds with one price that with the lowest id is taken', () => {
  const twice = [9, 3].map((id) => ({ id, name: 't3.nano', microUsdPerHour: 5n }))
  expect(chooseKind({ cpuMilli: 1, limitMilli: 1, memoryBytes: 1 }, twice)?.id).toBe(3)
})

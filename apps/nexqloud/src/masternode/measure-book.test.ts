import { parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { deviceLogs, scoresOf } from '../../test/device-logs.ts'
import { MeasureBook, type NetworkOf } from './measure-book.ts'

const { registered, ordered, measured, accepted, suspended, retired } = deviceLogs
const [alice, bob] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`] as const
const nowhere = () => undefined

test('a device is as its events say, from its registration on', () => {
  const book = new MeasureBook(60)
  book.take([registered(1, alice), ordered(1, 10), measured(1, 900, 20)])
  expect(book.active()).toEqual([])
  book.take([accepted(1, alice, 900)])
  expect(book.active()).toMatchObject([
    { id: 1, owner: alice, accepted: scoresOf(900), measuredAt: 20, orderedAt: 10 },
  ])
  book.take([suspended(1, alice, bob)])
  expect(book.active()).toEqual([])
  expect(book.get(parseDeviceId(1))).toMatchObject({ owner: bob })
  book.take([retired(1)])
  expect(book.get(parseDeviceId(1))).toBeUndefined()
})

test('ten devices of one owner on one machine are found the first time, and confirmed the second', () => {
  const book = createBook(10, alice)
  measureAgain(book, 10, { at: 1000, cpuOf: () => 140 })
  expect(book.judge(1000, nowhere)).toEqual([])
  const all = Array.from({ length: 10 }, (_, at) => at + 1)
  expect(book.judge(2000, nowhere)).toMatchObject([{ found: all, confirmed: [] }])
  expect(book.judge(2000, nowhere)).toEqual([])
  measureAgain(book, 10, { at: 5000, cpuOf: () => 150 })
  expect(book.judge(6000, nowhere)).toMatchObject([{ found: all, confirmed: all }])
  // As the contract has it: what counts fell to the larger of both.
  expect(book.active()[0]).toMatchObject({ accepted: scoresOf(150) })
})

test('devices that keep what they have, or fall alone, are found never', () => {
  const book = createBook(10, alice)
  measureAgain(book, 10, { at: 1000, cpuOf: (id) => (id === 3 ? 100 : 950) })
  expect(book.judge(2000, nowhere)).toMatchObject([{ found: [], confirmed: [] }])
})

test('those that did not answer say nothing of a machine', () => {
  const book = createBook(3, alice)
  measureAgain(book, 3, { at: 1000, cpuOf: (id) => (id === 1 ? 900 : 0) })
  expect(book.judge(2000, nowhere)).toEqual([])
})

test('devices of two owners are judged together where they are seen in one network', () => {
  const book = new MeasureBook(60)
  for (const [id, owner] of [
    [1, alice],
    [2, bob],
  ] as const) {
    book.take([registered(id, owner), measured(id, 1000, 1), accepted(id, owner, 1000)])
  }
  measureAgain(book, 2, { at: 1000, cpuOf: () => 500 })
  expect(book.judge(2000, () => '192.0.2.0/24')).toMatchObject([{ found: [1, 2] }])
  measureAgain(book, 2, { at: 5000, cpuOf: () => 500 })
  expect(book.judge(6000, nowhere)).toEqual([])
})

test('of a group those count together that were ordered in one slot', () => {
  const book = createBook(5, alice)
  for (const id of [1, 2, 3]) book.take([ordered(id, 1000 + id)])
  book.take([ordered(4, 1090), registered(6, bob), ordered(6, 1001), accepted(6, bob, 1000)])
  const count = (id: number, networkOf: NetworkOf = nowhere) =>
    book.countTogether(parseDeviceId(id), networkOf)
  expect([1, 2, 3, 4, 6, 9].map((id) => count(id))).toEqual([3, 3, 3, 1, 1, 1])
  expect(count(1, () => '192.0.2.0/24')).toBe(4)
})

function createBook(devices: number, owner: `0x${string}`): MeasureBook {
  const book = new MeasureBook(60)
  for (let id = 1; id <= devices; id += 1) {
    book.take([registered(id, owner), measured(id, 1000, 1), accepted(id, owner, 1000)])
  }
  return book
}

function measureAgain(
  book: MeasureBook,
  devices: number,
  { at, cpuOf }: { readonly at: number; readonly cpuOf: (device: number) => number },
): void {
  for (let id = 1; id <= devices; id += 1) book.take([ordered(id, at)])
  for (let id = 1; id <= devices; id += 1) book.take([measured(id, cpuOf(id), at + 200)])
}

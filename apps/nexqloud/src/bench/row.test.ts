import { expect, test } from 'vitest'

import { createRow, formatRows } from './row.ts'

const occasion = { machine: '2 × CPU', date: '2026-11-24T00:00:00.000Z', commit: 'abc1234' }
const about = { bench: 'sort', samples: 5, occasion }
const result = {
  what: 'sort of 10 numbers',
  unit: 'CPU-seconds',
  ours: 2,
  rival: 4,
  goal: { figure: 'ratio', atMost: 0.5 },
} as const

test('a ratio is ours divided by the rival’s', () => {
  expect(createRow(result, about)).toMatchObject({ ratio: 0.5, met: true })
})

test('a bound is met when reached, missed when passed', () => {
  expect(createRow({ ...result, ours: 2.1 }, about).met).toBe(false)
  expect(createRow({ ...result, goal: { figure: 'ours', atLeast: 2 } }, about).met).toBe(true)
  expect(createRow({ ...result, goal: { figure: 'ours', atLeast: 2.1 } }, about).met).toBe(false)
})

test('a ratio without a rival is a goal missed', () => {
  const { rival: _, ...alone } = result
  expect(createRow(alone, about)).toMatchObject({ rival: null, ratio: null, met: false })
})

test('the table shows each figure, and the machine once', () => {
  const missed = createRow({ ...result, ours: 12_345.6 }, about)
  expect(formatRows([createRow(result, about), missed]).join('\n')).toMatchInlineSnapshot(`
    "benchmark  figure              ours    rival  ratio  goal                 unit
    sort       sort of 10 numbers  2.00    4.00   0.500  ratio ≤ 0.5  met     CPU-seconds, median of 5
    sort       sort of 10 numbers  12,346  4.00   3,086  ratio ≤ 0.5  MISSED  CPU-seconds, median of 5
    2 × CPU; 2026-11-24T00:00:00.000Z; commit abc1234"
  `)
})

test('no rows make no table', () => {
  expect(formatRows([])).toEqual([])
})

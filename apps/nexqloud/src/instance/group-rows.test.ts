import { expect, test } from 'vitest'

import { gatherGroups, type Row } from './group-rows.ts'

test('a group of many is one row, where its first one stood; others stay as they are', () => {
  const rows = [rowOf('a', 0), ...many('web', 30), rowOf('z', 0), ...many('small', 3)]
  const gathered = gatherGroups(rows)
  expect(gathered.map((row) => ('rows' in row ? row.group : row.state.name))).toEqual([
    'a',
    'web',
    'z',
    'small-0',
    'small-1',
    'small-2',
  ])
})

test('it tells how many there are of each status, on how many devices, and what most have', () => {
  const trouble = { reason: 'NoRoom', message: 'no device has room', hint: '', isFinal: false }
  const rows = many('web', 30).map((row, index) => {
    if (index >= 3) return row
    return { ...row, trouble, state: { ...row.state, status: 'Pending', device: undefined } }
  })
  expect(gatherGroups(rows)).toMatchObject([
    {
      statuses: [
        ['Running', 27],
        ['Pending', 3],
      ],
      devices: 10,
      restarts: 30,
      trouble: { count: 3, trouble: { reason: 'NoRoom' } },
    },
  ])
})

function many(group: string, count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => ({
    ...rowOf(`${group}-${index}`, index),
    group,
  }))
}

function rowOf(name: string, index: number): Row {
  return {
    group: undefined,
    trouble: undefined,
    state: {
      name,
      namespace: 'default',
      image: 'nginx',
      status: 'Running',
      since: undefined,
      isReady: true,
      device: `device-${index % 10}`,
      address: undefined,
      ports: [],
      restarts: 1,
      createdAt: undefined,
    },
  }
}

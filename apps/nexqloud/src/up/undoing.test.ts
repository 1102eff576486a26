import { expect, test } from 'vitest'

import { Undoing } from './undoing.ts'

test('what was done last is undone first, and a step that fails keeps none of the others', async () => {
  const done: string[] = []
  const named: string[] = []
  const undoing = new Undoing((what) => void named.push(what))
  undoing.add('chain', async () => void done.push('chain'))
  undoing.add('', async () => {
    throw new Error('the disk is full')
  })
  undoing.add('device', async () => void done.push('device'))
  expect(await undoing.run()).toEqual([new Error('the disk is full')])
  expect([done, named]).toEqual([
    ['device', 'chain'],
    ['device', 'chain'],
  ])
  await undoing.run()
  expect(done).toHaveLength(2)
})

import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { sshLimitsByDefault } from '../limits.ts'
import { HandshakePace } from './handshake-pace.ts'

test('an address has so many at once, and so many in each second after it', async () => {
  const { take, clock } = open()
  expect(take('a', 100)).toBe(30)
  await clock.pass(1000)
  expect(take('a', 100)).toBe(5)
  await clock.pass(60_000)
  expect(take('a', 100)).toBe(30)
})

test('all together have so many, of which one that comes without end takes no more than its own', async () => {
  const { take, clock } = open()
  expect(take('a', 10_000)).toBe(30)
  const others = (): number =>
    Array.from({ length: 40 }, (_, index) => take(`b${index}`, 10)).reduce((sum, n) => sum + n, 0)
  expect(others()).toBe(170)
  await clock.pass(1000)
  expect(others()).toBe(50)
})

test('addresses are forgotten once they have rested, and not before', async () => {
  const { take, pace, clock } = open()
  for (let index = 0; index < 100; index += 1) take(`a${index}`, 30)
  expect(pace.size).toBe(100)
  await clock.pass(5000)
  expect(take('a0', 100)).toBe(25)
  await clock.pass(1000)
  expect(take('b', 1)).toBe(1)
  expect(pace.size).toBe(2)
  expect(take('a0', 100)).toBe(5)
})

function open() {
  const clock = createManualClock()
  const pace = new HandshakePace(sshLimitsByDefault, () => clock.steadyMs())
  /** Returns how many of so many may come. */
  const take = (address: string, count: number): number =>
    Array.from({ length: count }, () => pace.take(address)).filter(Boolean).length
  return { pace, clock, take }
}

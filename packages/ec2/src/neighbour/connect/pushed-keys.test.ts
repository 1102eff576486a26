import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { PushedKeys } from './pushed-keys.ts'

const key = {
  accountId: '123456789012',
  instanceId: 'i-0123456789abcdef0',
  osUser: 'ec2-user',
  publicKey: 'ssh-ed25519 AAAA',
}

test('a key counts for a minute from when it was pushed last, whatever its comment', async () => {
  const clock = createManualClock()
  const keys = new PushedKeys(clock)
  expect(keys.has(key)).toBe(false)
  keys.push({ ...key, publicKey: 'ssh-ed25519 AAAA me@here' })
  await clock.pass(59_999)
  expect(keys.has(key)).toBe(true)
  keys.push(key)
  await clock.pass(59_999)
  expect(keys.has(key)).toBe(true)
  await clock.pass(1)
  expect(keys.has(key)).toBe(false)
})

test('it counts for its user of its instance alone', () => {
  const keys = new PushedKeys(createManualClock())
  keys.push(key)
  expect(keys.has({ ...key, osUser: 'root' })).toBe(false)
  expect(keys.has({ ...key, instanceId: 'i-1' })).toBe(false)
  expect(keys.has({ ...key, accountId: '1' })).toBe(false)
})

test('whoever pushes without end loses the oldest', () => {
  const keys = new PushedKeys(createManualClock())
  const nth = (index: number) => ({ ...key, publicKey: `ssh-ed25519 ${index}` })
  for (let index = 0; index <= 100; index += 1) keys.push(nth(index))
  expect([keys.has(nth(0)), keys.has(nth(1)), keys.has(nth(100))]).toEqual([false, true, true])
})

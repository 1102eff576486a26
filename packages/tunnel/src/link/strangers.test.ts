import type { Socket } from 'node:net'

import { expect, test } from 'vitest'

import { addressOf } from './peer-key.ts'
import { Strangers } from './strangers.ts'

test('connections that were gone when they came leave the places that they never had', () => {
  const strangers = new Strangers(4)
  const gone = {} as Socket
  for (let turn = 0; turn < 100; turn += 1) {
    const together = [gone, gone].map((socket) => strangers.enter(socket))
    expect(together).toEqual([false, false])
    for (let each = 0; each < 2; each += 1) strangers.leave(addressOf(gone))
  }
  const peer = { remoteAddress: '198.51.100.1', remotePort: 1 } as Socket
  expect(strangers.enter(peer)).toBe(true)
})

test('who leaves may leave again, and gives back one place', () => {
  const strangers = new Strangers(1)
  const [one, other] = [1, 2].map(
    (remotePort) => ({ remoteAddress: '198.51.100.1', remotePort }) as Socket,
  )
  expect(strangers.enter(one!)).toBe(true)
  expect(strangers.enter(other!)).toBe(false)
  strangers.leave(addressOf(one!))
  strangers.leave(addressOf(one!))
  expect([strangers.enter(other!), strangers.enter(one!)]).toEqual([true, false])
})

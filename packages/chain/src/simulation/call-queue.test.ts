import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createCallQueue } from './call-queue.ts'

const clients = ['a', 'b', 'c'] as const

test('clients take turns, each with its oldest call; the node goes before them', () => {
  const queue = createCallQueue<string>({ waiting: 10, waitingPerClient: 10 })
  for (const call of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(call.charAt(0), call)
  queue.addOwn('node')
  const taken = Array.from({ length: 8 }, () => queue.take())
  expect(taken).toEqual(['node', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined])
})

test('who comes while another one is served is next', () => {
  const queue = createCallQueue<string>({ waiting: 10, waitingPerClient: 10 })
  for (const call of ['a1', 'a2', 'a3']) queue.add('a', call)
  expect(queue.take()).toBe('a1')
  queue.add('b', 'b1')
  expect([queue.take(), queue.take(), queue.take()]).toEqual(['b1', 'a2', 'a3'])
})

test('a client that has as many as it may is refused, and no other one', () => {
  const queue = createCallQueue<string>({ waiting: 10, waitingPerClient: 2 })
  for (const call of ['a1', 'a2']) expect(queue.add('a', call)).toBeUndefined()
  expect(queue.add('a', 'a3')).toBe('a3')
  expect(queue.add('b', 'b1')).toBeUndefined()
})

test('where there is no room, the newest call of who has most makes room for who has less', () => {
  const queue = createCallQueue<string>({ waiting: 3, waitingPerClient: 10 })
  for (const call of ['a1', 'a2', 'a3']) queue.add('a', call)
  expect(queue.add('b', 'b1')).toBe('a3')
  expect(queue.add('a', 'a4')).toBe('a4')
  expect(queue.add('b', 'b2')).toBe('b2')
})

test('keeps its bounds, loses no call, and forgets one that is taken out', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), client: fc.constantFrom(...clients) }),
    fc.record({ kind: fc.constant('take' as const) }),
    fc.record({ kind: fc.constant('own' as const) }),
    fc.record({ kind: fc.constant('remove' as const), index: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = createCallQueue<string>({ waiting: 5, waitingPerClient: 3 })
      const waiting = new Set<string>()
      for (const [number, one] of steps.entries()) {
        if (one.kind === 'add') {
          const call = `${one.client}${number}`
          waiting.add(call)
          waiting.delete(queue.add(one.client, call) ?? '')
        } else if (one.kind === 'own') {
          queue.addOwn(`node${number}`)
          waiting.add(`node${number}`)
        } else if (one.kind === 'take') {
          const isAny = waiting.size > 0
          expect(waiting.delete(queue.take() ?? '')).toBe(isAny)
        } else {
          const call = [...waiting][one.index] ?? 'none'
          expect(queue.remove(call)).toBe(waiting.delete(call))
        }
        const ofClients = [...waiting].filter((call) => !call.startsWith('node'))
        expect(ofClients.length).toBeLessThanOrEqual(5)
        for (const client of clients) {
          expect(ofClients.filter((call) => call.startsWith(client)).length).toBeLessThanOrEqual(3)
        }
      }
      const left = Array.from({ length: waiting.size }, () => queue.take())
      expect(new Set(left)).toEqual(waiting)
      expect(queue.take()).toBeUndefined()
    }),
  )
})

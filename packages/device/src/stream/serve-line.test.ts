import type { MuxStream } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { serveLine } from './serve-line.ts'

const target = { kind: 'line', nonce: `0x${'a'.repeat(64)}`, device: 7, direction: 'down' } as const

test('a masternode that sends more than it said is told to stop', () => {
  const resets: string[] = []
  const stream: Pick<MuxStream, 'consumed' | 'reset'> = {
    consumed: () => {},
    reset: (_, reason) => resets.push(String(reason)),
  }
  const handler = serveLine(stream as MuxStream, { ...target, bytes: 10 })
  handler.onData(Buffer.alloc(10))
  expect(resets).toEqual([])
  handler.onData(Buffer.alloc(1))
  expect(resets).toEqual(['More than 10 bytes came.'])
})

import { expect, test } from 'vitest'

import { BlockPool } from './block-pool.ts'

test('a copy keeps its bytes until it is released, and its memory serves the next one', () => {
  const pool = new BlockPool()
  const [a, b] = [pool.copy(Buffer.alloc(60_000, 'a')), pool.copy(Buffer.alloc(20_000, 'b'))]
  expect(a.bytes.equals(Buffer.alloc(60_000, 'a'))).toBe(true)
  expect(b.bytes.equals(Buffer.alloc(20_000, 'b'))).toBe(true)
  a.release?.()
  const c = pool.copy(Buffer.alloc(65_536, 'c'))
  expect(c.bytes.buffer).toBe(a.bytes.buffer)
  expect(b.bytes.equals(Buffer.alloc(20_000, 'b'))).toBe(true)
})

test('a small copy holds no more than itself', () => {
  const { bytes, release } = new BlockPool().copy(Buffer.from('small'))
  expect([bytes.toString(), release]).toEqual(['small', undefined])
})

import { expect, test } from 'vitest'

import { createAsker, createSealer } from './sealed-answer.ts'

test('an answer opens for who asked, and for nobody else', () => {
  const asker = createAsker()
  const answer = seal(asker.publicKey)
  expect(asker.open(answer)).toBe('the secret')
  expect(createAsker().open(answer)).toBeUndefined()
  expect(JSON.stringify(answer)).not.toContain('secret')
})

test('a damaged answer does not open', () => {
  const asker = createAsker()
  const answer = seal(asker.publicKey)
  const bytes = Buffer.from(answer.sealed, 'base64')
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
    expect(asker.open({ ...answer, sealed: damaged.toString('base64') })).toBeUndefined()
  }
  expect(asker.open({ ...answer, sealed: '' })).toBeUndefined()
  expect(asker.open({ ...answer, publicKey: 'A'.repeat(43) })).toBeUndefined()
})

test('a key by which everybody would agree on the same secret is refused', () => {
  expect(createSealer('A'.repeat(43))).toBeUndefined()
})

function seal(publicKey: string): ReturnType<NonNullable<ReturnType<typeof createSealer>>> {
  const sealer = createSealer(publicKey)
  if (sealer === undefined) throw new TypeError('The key is refused.')
  return sealer('the secret')
}

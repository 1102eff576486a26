import { createTlsKey } from '@nexqloud/tunnel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createSeal } from './seal.ts'

const pem = createTlsKey()
const seal = createSeal(pem)
const bytes = fc.uint8Array({ maxLength: 64 })

test('what was sealed opens with the same key, also after a restart, and for its context alone', () => {
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (secret, context, other) => {
      const sealed = createSeal(pem).close(secret, context)
      expect(seal.open(sealed, context)).toEqual(Buffer.from(secret))
      if (other !== context) expect(seal.open(sealed, other)).toBeUndefined()
    }),
  )
})

test('no other key opens it, and no bit of it may be another', () => {
  const sealed = seal.close(Buffer.from('secret'), 'acme')
  const another = createSeal(createTlsKey())
  expect(another.open(sealed, 'acme')).toBeUndefined()
  expect(another.id).not.toBe(seal.id)
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const damaged = Buffer.from(sealed)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(seal.open(damaged, 'acme')).toBeUndefined()
  }
  expect(seal.open(sealed.subarray(0, 20), 'acme')).toBeUndefined()
})

test('what is sealed for one purpose opens for no other', () => {
  const sealed = createSeal(pem, 'access keys').close(Buffer.from('secret'), 'acme')
  expect(createSeal(pem, 'access keys').open(sealed, 'acme')).toEqual(Buffer.from('secret'))
  expect(createSeal(pem, 'sessions').open(sealed, 'acme')).toBeUndefined()
  expect(seal.open(sealed, 'acme')).toBeUndefined()
})

test('one secret is sealed differently each time, and does not show', () => {
  const [one, two] = [seal.close(Buffer.alloc(32), 'a'), seal.close(Buffer.alloc(32), 'a')]
  expect(one).not.toEqual(two)
  expect(one.includes(Buffer.alloc(16))).toBe(false)
})

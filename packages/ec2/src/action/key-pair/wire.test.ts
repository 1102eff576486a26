import fc from 'fast-check'
import { expect, test } from 'vitest'

import { wireInteger } from './wire.ts'

test('a natural number is read as it was, and never looks negative', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 2048n }), (number) => {
      const hex = number.toString(16)
      const padded = Buffer.from(`00${hex.length % 2 === 0 ? '' : '0'}${hex}`, 'hex')
      const written = wireInteger(padded)
      const digits = written.subarray(4)
      expect(written.readUInt32BE(0)).toBe(digits.length)
      expect(BigInt(`0x0${digits.toString('hex')}`)).toBe(number)
      expect((digits[0] ?? 0) < 0x80).toBe(true)
      expect(digits[0] === 0 && (digits[1] ?? 0) < 0x80).toBe(false)
    }),
  )
})

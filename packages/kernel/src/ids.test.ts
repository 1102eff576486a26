import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  accountOf,
  createInstanceKey,
  InvalidIdError,
  parseAddress,
  parseDeviceId,
  parseInstanceKey,
  parseMasternodeId,
  parsePeriod,
} from './index.ts'

const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
const account = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(hexOf)
const instanceNumber = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n })

test('an instance key names its account and its number', () => {
  fc.assert(
    fc.property(account, instanceNumber, (text, number) => {
      const key = createInstanceKey(parseAddress(text), number)
      expect(accountOf(key)).toBe(text)
      expect(BigInt(`0x${key.slice(42)}`)).toBe(number)
      expect(parseInstanceKey(key.toUpperCase().replace('0X', '0x'))).toBe(key)
    }),
  )
})

test('equal addresses are equal strings, however they were written', () => {
  fc.assert(
    fc.property(account, (text) => {
      expect(parseAddress(text.toUpperCase().replace('0X', '0x'))).toBe(parseAddress(text))
    }),
  )
})

test.each([
  ['an address without 0x', () => parseAddress('00'.repeat(20))],
  ['an address of 19 bytes', () => parseAddress(`0x${'00'.repeat(19)}`)],
  ['an address with a foreign letter', () => parseAddress(`0x${'0g'.repeat(20)}`)],
  ['an instance key of 31 bytes', () => parseInstanceKey(`0x${'00'.repeat(31)}`)],
  ['an instance number of 13 bytes', () => createInstanceKey(zero, 2n ** 96n)],
  ['an instance number below 0', () => createInstanceKey(zero, -1n)],
  ['device 0', () => parseDeviceId(0)],
  ['device 2³²', () => parseDeviceId(2 ** 32)],
  ['masternode 0', () => parseMasternodeId(0)],
  ['masternode 1.5', () => parseMasternodeId(1.5)],
  ['period −1', () => parsePeriod(-1)],
  ['period 0.5', () => parsePeriod(0.5)],
])('%s is refused', (_, parse) => {
  expect(parse).toThrow(InvalidIdError)
})

test('the largest and the smallest ids are ids', () => {
  expect(parseDeviceId(2 ** 32 - 1)).toBe(2 ** 32 - 1)
  expect(parseMasternodeId(1)).toBe(1)
  expect(parsePeriod(0)).toBe(0)
})

test('a refusal says what the id should have been', () => {
  expect(() => parseDeviceId(0)).toThrowErrorMatchingInlineSnapshot(
    `[InvalidIdError: 0 is not a device: a whole number from 1 to 2³² − 1.]`,
  )
})

const zero = parseAddress(`0x${'00'.repeat(20)}`)

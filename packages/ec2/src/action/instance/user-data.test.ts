import { expect, test } from 'vitest'

import { parseUserData } from './user-data.ts'

test.each(['', 'IyEvYmluL3No', 'IyEv\r\nYmlu\n', 'YQ==\n', 'YWI=', ' \n'])(
  '%j is user data',
  (text) => {
    expect(parseUserData(text)).toBe(text)
  },
)

test.each(['!', 'YQ===', 'Y=Q', 'YQ==\nYQ'])('%j is no base64', (text) => {
  expect(() => parseUserData(text)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidUserData.Malformed' }),
  )
})

test('more than 16 KiB are refused, in whatever lines they come', () => {
  const of = (length: number) => Buffer.alloc(length).toString('base64').replace(/.{76}/g, '$&\n')
  expect(parseUserData(of(16_384))).toHaveLength(of(16_384).length)
  expect(() => parseUserData(of(16_385))).toThrow(
    expect.objectContaining({ awsCode: 'InvalidParameterValue' }),
  )
})

test('what an expression would go back through for an hour takes no time', () => {
  expect(() => parseUserData(`${' '.repeat(1 << 20)}!`)).toThrow('BASE64')
})

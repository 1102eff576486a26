import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { parseAccountNxq, parseAccountRate } from './amount.ts'
import { setLimits } from './limits.ts'
import { withdraw } from './withdraw.ts'

test('the most that an account holds is taken, and nothing above it', () => {
  expect(parseAccountNxq('--total', '79228162514.264337593543950335')).toBe(2n ** 96n - 1n)
  expect(parseAccountRate('--rate', '1099511.627775')).toBe(2n ** 40n - 1n)
  expect(() => parseAccountNxq('--total', '79228162514.264337593543950336')).toThrow('--total')
  expect(() => parseAccountRate('--rate', '1099511.627776')).toThrow('--rate')
})

test.each([
  [
    '--rate takes at most 1099511.627775 USD an hour; 1000000000000 was named.',
    () => setLimits({ rate: '1000000000000' }, createMemoryShell()),
  ],
  [
    '--total takes at most 79228162514.264337593543950335 NXQ; 100000000000 was named.',
    () => setLimits({ total: '100000000000' }, createMemoryShell()),
  ],
  [
    '--amount takes at most 79228162514.264337593543950335 NXQ; 100000000000 was named.',
    () => withdraw({ amount: '100000000000' }, createMemoryShell()),
  ],
])('before any node is asked: %s', async (message, command) => {
  await expect(command()).rejects.toMatchObject({
    code: 'ACCOUNT_AMOUNT_TOO_LARGE',
    kind: 'invalid',
    message,
  })
})

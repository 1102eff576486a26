import { contracts } from '@nexqloud/ledger'
import type { Abi } from 'viem'
import { expect, test } from 'vitest'

import { advice, adviceOn, refusalToText } from './refusal.ts'

const errors = Object.values(contracts).flatMap(({ abi }) =>
  (abi as Abi).filter((entry) => entry.type === 'error'),
)

test.each(Object.keys(advice))('%s is an error of a contract, and its advice is whole', (name) => {
  const error = errors.find((entry) => entry.name === name)
  const args = error?.inputs.map(({ type }) => (type.startsWith('uint') ? 1n : `a ${type}`)) ?? []
  expect(error).toBeDefined()
  expect(adviceOn({ errorName: name, args })).not.toMatch(/undefined|NaN/)
})

test('a refusal names its arguments', () => {
  const refusal = { errorName: 'LeasesWithdrawalTooEarly', args: [1n, 1_700_000_000n] }
  expect(refusalToText(refusal)).toBe('LeasesWithdrawalTooEarly(time: 1, after: 1700000000)')
  expect(adviceOn(refusal)).toBe(
    'It can leave after 2023-11-14 22:13:20 UTC. Repeat the command then.',
  )
})

test('a refusal without advice of its own still says where to look', () => {
  expect(adviceOn({ errorName: 'DevicesNoMasternodeActive', args: [] })).toMatchInlineSnapshot(
    `"Look at the state with the show commands, then ask for what it allows."`,
  )
})

import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { compareCredits } from './compare-credits.ts'

const instance = createInstanceKey(parseAddress(`0x${'a'.repeat(40)}`), 1n)
const one = 10n ** 18n

test('a credit that was earned may be paid in parts, up to what it is', () => {
  expect(compare([one])).toEqual([])
  expect(compare([one, one])).toEqual([])
})

test('one that is paid above that, and one that was not earned, are named', () => {
  expect(compare([one, one, 1n])).toMatchInlineSnapshot(`
    [
      {
        "code": "creditAmount",
        "text": "The credit of 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001 for month 0 was 2.000000000000000001 NXQ; by the chain it earned 2 NXQ.",
      },
    ]
  `)
  expect(compare([one], 1)).toMatchInlineSnapshot(`
    [
      {
        "code": "creditUnknown",
        "text": "The credit of 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001 for month 1 was 1 NXQ; by the chain none was due.",
      },
    ]
  `)
})

/** A credit of 2 NXQ for month 0, and what was paid. */
function compare(amounts: readonly bigint[], month = 0) {
  const leaves = { rewards: [], bills: [], credits: [{ instance, month: 0, amount: 2n * one }] }
  const credits = amounts.map((amount) => ({ instance, month, amount }))
  const payments = { rewards: [], rewardsLeft: 0n, bills: [], credits }
  return compareCredits({ settlement: { leaves } as never, payments })
}

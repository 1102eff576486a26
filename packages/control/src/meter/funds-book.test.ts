import { parseAddress, type Address } from '@nexqloud/kernel'
import type { Funds } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { FundsBook } from './funds-book.ts'

const [early, late, poor] = ['1', '2', '3'].map((digit) => parseAddress(`0x${digit.repeat(40)}`))

test('who is asked about soon is asked about along with who is due', async () => {
  const { book, asked, passSeconds } = openBook()
  await look(book, [early!])
  passSeconds(40)
  await look(book, [early!, late!])
  passSeconds(50)
  await look(book, [early!, late!])
  expect(asked).toEqual([[early], [early, late]])
})

test('an account is ample while what is known of it is fresh and lasts', async () => {
  const { book, passSeconds } = openBook()
  expect(book.isAmple(early!)).toBe(false)
  await look(book, [early!, poor!])
  expect([book.isAmple(early!), book.isAmple(poor!)]).toEqual([true, false])
  book.change(early!)
  expect(book.isAmple(early!)).toBe(false)
  passSeconds(1)
  await look(book, [early!])
  expect(book.isAmple(early!)).toBe(true)
  passSeconds(66)
  expect(book.isAmple(early!)).toBe(false)
})

function openBook() {
  let nowMs = 1_000_000
  const asked: (readonly Address[])[] = []
  const book = new FundsBook({
    ledger: {
      readFunds: async (accounts) => {
        asked.push(accounts)
        return new Map(accounts.map((account) => [account, fundsOf(account)]))
      },
    },
    clock: { steadyMs: () => nowMs, wallMs: () => nowMs },
    onFailure: (failure) => {
      throw failure
    },
  })
  return { book, asked, passSeconds: (seconds: number) => void (nowMs += seconds * 1000) }
}

async function look(book: FundsBook, accounts: readonly Address[]): Promise<void> {
  book.refresh(accounts.map((account) => ({ account, isUrgent: false })))
  await new Promise(setImmediate)
}

/** A micro-USD an hour costs a wei a second. */
function fundsOf(account: Address): Funds {
  return {
    at: 1000,
    spendable: account === poor ? 100n : 1_000_000n,
    rateSum: 1n,
    maxRate: 100n,
    isApproved: true,
    weiPerMicroUsd: 3600n,
    bufferSeconds: 3600,
  }
}

import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createAvailability } from './availability.ts'
import { receiptPage } from './receipt-page.ts'
import { createReceipt } from './receipt.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(account, 1n)
const NXQ = 10n ** 18n
const availability = createAvailability({
  bills: [{ instance, seconds: 500 }],
  waits: [{ instance, seconds: 500 }],
  credits: [
    { instance, month: 0, period: parsePeriod(2), transaction: `0x${'7'.repeat(64)}`, amount: NXQ },
  ],
  calendar: { genesisTime: 1_800_000_000 },
})

test('a receipt sums up each lease, and all of them', () => {
  expect(receiptOf('c1.small')).toMatchObject({
    rows: [{ kind: 'c1.small', seconds: 500, paid: 5n * NXQ, shortfall: NXQ }],
    seconds: 500,
    paid: 5n * NXQ,
    shortfall: NXQ,
  })
})

test('a page says all of it, and what was never collected', () => {
  const page = receiptPage(receiptOf('c1.small'), availability)
  expect(page).toContain('<td class="amount">500</td>')
  expect(page).toContain('<td class="amount">5 NXQ</td>')
  expect(page).toContain('1 NXQ more would have been due.')
  expect(page).toContain(instance)
  expect(page).toContain('<td class="amount">50.000 %</td>')
  expect(page).toContain('1 NXQ were credited for')
  expect(page).toContain('Paid less what was credited: 4 NXQ.')
})

test('a page shows a name as it is written, and loads nothing', () => {
  const page = receiptPage(receiptOf('<script src="https://a.example">&'), availability)
  expect(page).toContain('&lt;script src=&quot;https://a.example&quot;&gt;&amp;')
  expect(page).not.toMatch(/<script|<link|<img|url\(/)
})

test('a page sums up by the values of a label where that is asked for', () => {
  const cost = { value: '<b>', leases: 2, seconds: 60, paid: NXQ }
  const page = receiptPage(receiptOf('c1.small'), availability, [cost])
  expect(page).toContain('<td>&lt;b&gt;</td>')
  expect(receiptPage(receiptOf('c1.small'), availability)).not.toContain('By label')
})

function receiptOf(kind: string) {
  const bill = {
    period: parsePeriod(1),
    instance,
    token: 1n,
    device: parseDeviceId(1),
    kind: 1,
    rate: 36n,
    seconds: 300,
    paid: 3n * NXQ,
    shortfall: 0n,
  }
  const short = { ...bill, period: parsePeriod(2), seconds: 200, paid: 2n * NXQ, shortfall: NXQ }
  const kinds = new Map([[1, kind]])
  return createReceipt({ account, month: { name: '2026-11' }, bills: [bill, short], kinds })
}

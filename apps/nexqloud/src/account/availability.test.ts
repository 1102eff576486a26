import { createInstanceKey, parseAddress, parsePeriod } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { availabilityLines, createAvailability } from './availability.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const [web, db] = [createInstanceKey(account, 1n), createInstanceKey(account, 2n)]
const calendar = { genesisTime: 1_800_000_000 }

const availability = createAvailability({
  bills: [
    { instance: web, seconds: 900 },
    { instance: web, seconds: 99 },
  ],
  waits: [
    { instance: web, seconds: 1 },
    { instance: db, seconds: 60 },
  ],
  credits: [
    {
      instance: web,
      month: 1,
      period: parsePeriod(33),
      transaction: `0x${'7'.repeat(64)}`,
      amount: 5n * 10n ** 17n,
    },
  ],
  calendar,
})

test('an instance is available for what was seen of what it was wanted', () => {
  expect(availability.rows).toEqual([
    { instance: web, seenSeconds: 999, waitedSeconds: 1, availability: '99.900 %' },
    { instance: db, seenSeconds: 0, waitedSeconds: 60, availability: '0.000 %' },
  ])
})

test('a credit says for which 30 days it is, and by which period it was paid', () => {
  expect(availability.credited).toBe(5n * 10n ** 17n)
  expect(availabilityLines(availability).slice(1).join('\n')).toMatchInlineSnapshot(`
    "INSTANCE                                                            SEEN   WAITED  AVAILABLE
    0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001  999 s  1 s     99.900 %
    0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000002  0 s    60 s    0.000 %

    INSTANCE                                                            30 DAYS FROM             BY PERIOD  CREDIT
    0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001  2027-02-14 08:00:00 UTC  33         0.5 NXQ"
  `)
})

test('who ran nothing and got nothing back is told nothing', () => {
  const none = createAvailability({ bills: [], waits: [], credits: [], calendar })
  expect(availabilityLines(none)).toEqual([])
})

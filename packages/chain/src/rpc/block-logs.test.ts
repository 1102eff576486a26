import { hexToBytes } from '@ethereumjs/util'
import fc from 'fast-check'
import { numberToHex } from 'viem'
import { expect, test } from 'vitest'

import { indexLogs, planLogs, runPlan } from './block-logs.ts'
import { createLogTest } from './log-search.ts'

const block = { number: 1n, hash: new Uint8Array(32), timestamp: 0n }
const addresses = [1, 2].map((number) => numberToHex(number, { size: 20 }))
const words = [1, 2, 3].map((number) => numberToHex(number, { size: 32 }))

const anyLogs = fc
  .array(
    fc.record({
      address: fc.constantFrom(...addresses),
      topics: fc.array(fc.constantFrom(...words), { maxLength: 4 }),
    }),
    { maxLength: 30 },
  )
  .map((logs) =>
    logs.map(({ address, topics }, logIndex) => ({
      block,
      transactionHash: new Uint8Array(32),
      transactionIndex: 0,
      logIndex,
      log: {
        address: hexToBytes(address),
        topics: topics.map((topic) => hexToBytes(topic)),
        data: new Uint8Array(),
      },
    })),
  )
const some = <Value>(values: readonly Value[]) =>
  fc.array(fc.constantFrom(...values), { maxLength: 3 })
const anyCriteria = fc.record({
  addresses: some(addresses),
  topics: fc.array(some(words), { maxLength: 4 }),
})

test('finds what looking at every log finds, in their order', () => {
  fc.assert(
    fc.property(anyLogs, anyCriteria, (logs, criteria) => {
      const isWanted = createLogTest(criteria)
      const found = runPlan(planLogs(indexLogs(logs), criteria))
      expect(found).toEqual(logs.filter(({ log }) => isWanted(log)))
    }),
  )
})

test('looks at no log that does not have the rarest of what is wanted', () => {
  const topic = (index: number) => hexToBytes(words[index] ?? '0x')
  const logs = Array.from({ length: 1000 }, (_, logIndex) => ({
    block,
    transactionHash: new Uint8Array(32),
    transactionIndex: 0,
    logIndex,
    log: {
      address: hexToBytes(addresses[0] ?? '0x'),
      topics: [topic(logIndex === 7 ? 1 : 0)],
      data: new Uint8Array(),
    },
  }))
  const criteria = { addresses: addresses.slice(0, 1), topics: [words.slice(1, 3)] }
  expect(planLogs(indexLogs(logs), criteria).count).toBe(1)
})

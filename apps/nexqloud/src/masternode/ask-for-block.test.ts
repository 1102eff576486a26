import { createManualClock, parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { Intent } from '../transaction/intent.ts'
import { askForBlock } from './ask-for-block.ts'

const signer = parseAddress(`0x${'1'.repeat(40)}`)

test.each([
  ['whoever begins on a chain without work asks for a block', false, [{ to: signer }]],
  ['where a block has shown the time nobody does', true, []],
])('%s', async (_, isProven, expected) => {
  const clock = createManualClock()
  const sent: Intent[] = []
  const warnings: unknown[] = []
  const asking = askForBlock(
    {
      isTimeProven: () => isProven,
      signer,
      clock,
      send: async (intent) => {
        sent.push(intent)
        throw new Error('It has no NXQ.')
      },
      log: { warn: (...told: unknown[]) => warnings.push(told) } as never,
    },
    new AbortController().signal,
  )
  await clock.pass(3000)
  await asking
  expect(sent).toEqual(expected)
  expect(warnings).toHaveLength(expected.length)
})

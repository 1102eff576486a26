import { imitatePiece } from '@nexqloud/device'
import { parseDeviceId, systemClock } from '@nexqloud/kernel'
import { nexqloud, nexqloudLocal } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { describeMeasuring } from './measuring.ts'

const tlsKeyHash = `0x${'7'.repeat(64)}` as const

test.each([
  { chain: nexqloudLocal, expected: { kind: 'measured', isImitated: true } },
  { chain: nexqloud, expected: { kind: 'forged', part: 'single', forgery: 'imitated' } },
])('what imitates a machine is $expected.kind on $chain.name', async ({ chain, expected }) => {
  const machine = { memoryBytes: 2 ** 33, diskBytes: 2 ** 37 }
  const parts = { clock: systemClock, log: { warn: () => {} }, chainId: chain.id }
  const { measure } = describeMeasuring(parts, {
    devices: {
      measurable: () => ({
        probe: {
          ask: async (request) => imitatePiece(request, machine),
          tryLine: async () => 'tooSlow',
        },
        isPaused: false,
        claimed: undefined,
        network: '192.0.2.0/24',
        tell: () => {},
      }),
    },
    note: () => {},
  })
  const untilMs = systemClock.steadyMs() + 60_000
  const order = { device: parseDeviceId(7), tlsKeyHash, isTogether: false, untilMs }
  expect(await measure(order, new AbortController().signal)).toMatchObject(expected)
})

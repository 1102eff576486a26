import { parseDeviceId } from '@nexqloud/kernel'
import type { DrawReader } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { createFleetTargets } from './fleet-targets.ts'

const devices = Array.from({ length: 100 }, (_, index) => ({
  id: parseDeviceId(index + 1),
  region: 'local',
}))

test('the chain is asked once for all devices of a fleet, and its last word stands while it is away', async () => {
  let [nowMs, isAway, draws] = [0, false, 0]
  const reader = createReader(() => {
    draws += 1
    if (isAway) throw new RangeError('The chain is away.')
  })
  const targets = createFleetTargets(reader, { steadyMs: () => nowMs })
  const found = await Promise.all(devices.map((device) => targets(device)))
  expect(draws).toBe(1)
  expect(found.every(({ kept }) => kept[0]?.port === 4433)).toBe(true)
  isAway = true
  nowMs = 60_000
  expect(await targets({ id: parseDeviceId(1), region: 'local' })).toEqual(found[0])
  expect(draws).toBe(2)
})

test('a chain that never answered is told to be away, and asked again', async () => {
  let isAway = true
  const reader = createReader(() => {
    if (isAway) throw new RangeError('The chain is away.')
  })
  let nowMs = 0
  const targets = createFleetTargets(reader, { steadyMs: () => nowMs })
  const device = { id: parseDeviceId(1), region: 'local' }
  await expect(targets(device)).rejects.toThrow('The chain is away.')
  isAway = false
  nowMs = 60_000
  expect((await targets(device)).kept).toHaveLength(1)
})

/** A chain with one masternode, and block 0. */
function createReader(onDraw: () => void): DrawReader {
  const masternode = {
    operator: `0x${'1'.repeat(40)}`,
    signer: `0x${'2'.repeat(40)}`,
    tlsKeyHash: `0x${'3'.repeat(64)}`,
    region: `0x${'0'.repeat(64)}`,
    endpoint: '127.0.0.1:4433',
  }
  return {
    client: {
      getBlock: async () => ({ number: 0n, timestamp: 0n, mixHash: `0x${'0'.repeat(64)}` }),
    },
    masternodes: {
      read: {
        witnesses: async () => 3n,
        activeSeats: async () => 1n,
        inSeat: async () => 1,
        masternode: async () => masternode,
      },
    },
    settlement: {
      read: {
        currentPeriod: async () => {
          onDraw()
          return 0n
        },
        periodStart: async () => 0n,
      },
    },
  } as unknown as DrawReader
}

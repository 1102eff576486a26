import { createLedger, nexqloudLocal } from '@nexqloud/ledger'
import { stringToHex } from 'viem'
import { expect, test } from 'vitest'

import { scoresOf } from '../../test/device-logs.ts'
import { connectMemoryNode, refusal } from '../session/memory-node.ts'
import { readAccepted, tellDevices } from './list-devices.ts'

const devices = [{ name: 'device-1' }, { name: 'device-2' }, { name: 'mine' }]

test('what owners accepted is read of all devices that have a number', async () => {
  const { known, problem } = await readAccepted(connect(), devices)
  expect([...known.keys()].toSorted()).toEqual(['device-1', 'device-2'])
  expect(known.get('device-1')).toEqual(scoresOf(1000))
  expect(problem).toBeUndefined()
})

test('why scores cannot be read is told, and of whom', async () => {
  const failure = refusal(-32_000, 'the disk of the node is full')
  const { known, problem } = await readAccepted(connect(failure), devices)
  expect([...known]).toEqual([])
  expect(problem).toMatch(/^device-1: .*\S/)
  const told = tellDevices([], { count: 3, matching: 3, problem, nowMs: 0 })
  expect(told.join('\n')).toContain(`Not all scores could be read from the chain: ${problem}`)
})

function connect(failure?: Error) {
  const device = {
    key: 101n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: stringToHex('local', { size: 32 }),
    owner: `0x${'1'.repeat(40)}`,
    status: 3,
    accepted: scoresOf(1000),
    offered: scoresOf(0),
    measurer: 0,
    measureBefore: 0,
  }
  const transport = connectMemoryNode({
    chainId: nexqloudLocal.id,
    returns: { device: failure ?? device },
  })
  return createLedger({ chain: nexqloudLocal, transport })
}

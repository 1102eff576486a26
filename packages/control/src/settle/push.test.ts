import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { createPeriodTree, type PeriodLeaves } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { push } from './push.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(account, 1n)
const leaves: PeriodLeaves = {
  rewards: [
    { account, device: parseDeviceId(1), amount: 1n, uptimeSeconds: 60, scoreHundredths: 100 },
  ],
  bills: [{ instance, token: 1n, seconds: 60 }],
  credits: [{ instance, month: 0, amount: 1n }],
}
const tree = createPeriodTree(leaves, (bytes) => hash('keccak-256', bytes, 'buffer'))

test('one batch that fails ends no other one, and is told once none is under way', async () => {
  const paid: string[] = []
  const pay = (name: string, turns: number) => async () => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    paid.push(name)
    return true
  }
  const ledger = {
    payRewards: async () => {
      throw new Error('A receiver took too much.')
    },
    payBills: pay('bills', 50),
    payCredits: pay('credits', 100),
  }
  const payable = { root: { period: parsePeriod(3) }, leaves, tree }
  const pushing = push(ledger, payable, { rewards: [0], bills: [0], credits: [0] })
  await expect(pushing).rejects.toThrow('A receiver took too much.')
  expect(paid).toEqual(['bills', 'credits'])
})

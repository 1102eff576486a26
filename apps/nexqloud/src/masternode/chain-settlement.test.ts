import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import type { Ledger } from '@nexqloud/ledger'
import { createCalendar } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { RevertedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { createChainSettlement } from './chain-settlement.ts'
import type { SendInTurn } from './send-queue.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(account, 1n)
const period = parsePeriod(3)
const proof = { nodes: [], flags: [] }
const [device, amount] = [parseDeviceId(1), 1n]
const reward = { account, device, amount, uptimeSeconds: 60, scoreHundredths: 100 }
const bill = { instance, token: 1n, seconds: 60 }
/** EIP-7825: no transaction may have more. */
const MOST_GAS = 2n ** 24n

test('who takes more gas in a block than in an estimate of it keeps nobody from being paid', async () => {
  const { settlement, sent } = await setup({ needs: 110_000n })
  const rewards = Array.from({ length: 100 }, () => reward)
  expect(await settlement.payRewards(period, rewards, proof)).toBe(true)
  const bills = Array.from({ length: 100 }, () => bill)
  expect(await settlement.payBills(period, bills, proof)).toBe(true)
  const given = sent.map(({ gas }) => gas)
  expect(given).toEqual([undefined, 13_500_000n, undefined, 16_500_000n])
  expect(given.every((gas) => (gas ?? 0n) < MOST_GAS)).toBe(true)
})

test('what the chain takes at once is left to the estimate', async () => {
  const { settlement, sent } = await setup({ needs: 0n })
  await settlement.payRewards(period, [reward], proof)
  await settlement.payBills(period, [bill], proof)
  expect(sent.map(({ gas }) => gas)).toEqual([undefined, undefined])
})

/** A chain in which each of a hundred leaves takes so much gas that an estimate does not see. */
async function setup({ needs }: { readonly needs: bigint }) {
  const sent: Intent[] = []
  const send = (async (intent: Intent) => {
    sent.push(intent)
    if (needs > (intent.gas ?? 0n) / 100n) throw new RevertedError('0x00')
  }) as unknown as SendInTurn
  const read = { postingSeconds: async () => 600n }
  const ledger = { settlement: { read } } as unknown as Ledger<undefined>
  const calendar = createCalendar({ genesisTime: 0, periodSeconds: 86_400 })
  return {
    settlement: await createChainSettlement({ ledger, chainId: 1, calendar, send }),
    sent,
  }
}

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { classOf, createRequestLimits, requestRates } from './request-limits.ts'

const caller = {
  account: { id: '123456789012', namespace: 'default' },
  region: 'eu-west-1',
  arn: 'arn:aws:iam::123456789012:root',
  userId: '123456789012',
  accessKeyId: 'AKIA',
}

test('no more are let through in a time than are there at once, and come back in it', () => {
  const asking = fc.array(fc.nat({ max: 400 }), { maxLength: 300 })
  fc.assert(
    fc.property(asking, (pauses) => {
      let nowMs = 0
      let taken = 0
      const take = createRequestLimits(requestRates, () => nowMs)
      const call = { service: 'ec2', action: 'CreateVpc', input: {}, caller }
      for (const pause of pauses) {
        nowMs += pause
        if (isTaken(() => take(call))) taken += 1
      }
      const { burst, perSecond } = requestRates.changing
      const most = burst + (nowMs / 1000) * perSecond
      expect(taken).toBeLessThanOrEqual(most)
      expect(taken).toBeGreaterThanOrEqual(Math.min(pauses.length, burst))
    }),
  )
})

test('accounts, regions and actions each have their own', () => {
  const rate = { burst: 1, perSecond: 1 }
  const rates = { reading: rate, readingAll: rate, changing: rate, heavy: rate }
  const take = createRequestLimits(rates, () => 0)
  const call = { service: 'ec2', action: 'CreateVpc', input: {}, caller }
  const others = [
    call,
    { ...call, action: 'CreateSubnet' },
    { ...call, caller: { ...caller, region: 'us-east-1' } },
    { ...call, caller: { ...caller, account: { id: '210987654321', namespace: 'other' } } },
  ]
  for (const each of others) expect(isTaken(() => take(each))).toBe(true)
  for (const each of others) expect(isTaken(() => take(each))).toBe(false)
})

test.each([
  ['DescribeInstances', {}, 'readingAll'],
  ['DescribeInstances', { DryRun: false }, 'readingAll'],
  ['DescribeInstances', { MaxResults: 5 }, 'reading'],
  ['DescribeInstances', { Filters: [] }, 'reading'],
  ['GetConsoleOutput', { InstanceId: 'i' }, 'reading'],
  ['RunInstances', {}, 'changing'],
  ['CreateKeyPair', {}, 'heavy'],
])('%s with %j is %s', (action, input, expected) => {
  expect(classOf({ action, input })).toBe(expected)
})

function isTaken(take: () => void): boolean {
  try {
    take()
    return true
  } catch {
    return false
  }
}

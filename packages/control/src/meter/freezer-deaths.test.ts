import { createSeededRandom, parseAddress } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { findRefusal } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { account, openMeterLab } from '../../test/meter-lab.ts'
import { instances, isFrozen } from '../heal/instance.ts'
import { instanceKeyOf } from './instance-key.ts'

const RATE = 32_000n
const [BUFFER, GRACES] = [60, 24]

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whatever is paid in, dies or is cut off (seed %i), nothing runs unpaid longer than a grace, and all runs again at a top-up',
  async (seed) => {
    const random = createSeededRandom(seed)
    const pick = <Of>(from: readonly Of[]): Of => from[random() % from.length]!
    const lab = await openMeterLab()
    const { ledger, money, network, dial, cut, restart, halt, failures } = lab
    money.deposited = RATE * 400n
    const devices = ['device-1', 'device-2', 'device-3']
    for (const name of devices) dial(name, name)
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) await network.createInstance(name)
    const acts = [
      () => restart(),
      async () => void (ledger.isAway = !ledger.isAway),
      async () => void (money.deposited += RATE * BigInt(random() % 300)),
      async () => void (money.isApproved = random() % 3 > 0),
      async () => cut(pick(devices)),
      async () => void dial(pick(devices), 'again'),
      () => halt(pick(names), random() % 2 === 0),
    ]
    let [unpaid, beyond, seconds, happened] = [0, 0, 0, 0]
    for (let step = 0; step < 40; step += 1) {
      await pick(acts)()
      happened += 1
      const length = 1 + (random() % 40)
      for (let second = 0; second < length; second += 1) {
        await lab.pass(1)
        seconds += 1
        const { isUnpaid, isBeyond } = await lookAt(lab)
        if (isUnpaid) unpaid += 1
        if (isBeyond) beyond += 1
      }
    }
    // What happens is seen some seconds later, and what has to stop is told so then.
    const graces = BUFFER * Math.ceil(seconds / (GRACES * BUFFER))
    expect(unpaid).toBeLessThanOrEqual(graces + 10 * happened)
    expect(beyond).toBe(0)
    Object.assign(ledger, { isAway: false })
    Object.assign(money, { isApproved: true, deposited: 10n ** 18n })
    for (const name of devices) dial(name, name)
    for (const name of names) await halt(name, false)
    await lab.pass(90)
    expect(await lab.frozen()).toEqual([])
    expect([...ledger.leases.values()].filter(({ end }) => end === undefined)).toHaveLength(4)
    failures.length = 0
  },
)

/** Whether anything runs, and was not told to stop, that has no lease nor can be paid for, or that has one and has used up all buffers. */
async function lookAt({ client, ledger }: Awaited<ReturnType<typeof openMeterLab>>) {
  const [namespace, { items: pods }, { items: wanted }] = await Promise.all([
    client.get(kinds.namespaces, { name: 'default' }),
    client.list(kinds.pods, { namespace: 'default' }),
    client.list(instances, { namespace: 'default' }),
  ])
  const funds = ledger.fundsOf(parseAddress(account))
  const isRefused = findRefusal(funds, RATE) !== undefined
  const isUsedUp = funds.spendable + funds.rateSum * BigInt(BUFFER) < 0n
  const running = wanted.filter((instance) => {
    const pod = pods.find(({ metadata }) => metadata?.name === instance.metadata?.name)
    return pod?.status?.phase === 'Running' && !isFrozen(instance)
  })
  const isLeased = ({ metadata }: (typeof wanted)[number]): boolean => {
    const key = instanceKeyOf(metadata?.uid ?? '', namespace)
    const lease = key === undefined ? undefined : ledger.leases.get(key)
    return lease !== undefined && lease.end === undefined
  }
  return {
    isUnpaid: isRefused && !running.every(isLeased),
    isBeyond: isUsedUp && running.some(isLeased),
  }
}

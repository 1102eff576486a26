import { ContractRefusalError, contracts, type DrawReader } from '@nexqloud/ledger'
import { decodeFunctionData, numberToHex } from 'viem'
import { expect, test } from 'vitest'

import { deviceLogs } from '../../test/device-logs.ts'
import { RefusedError } from '../transaction/errors.ts'
import { MeasureBook } from './measure-book.ts'
import { Repeater, type SeenDevice } from './repeater.ts'

const { registered, measured, accepted, ordered: orderedAgain } = deviceLogs
const owner = `0x${'a'.repeat(40)}` as const
const terms = { slotSeconds: 10, leastSlots: 105, mostSlots: 315 }
const here: SeenDevice = { isPaused: false, network: '192.0.2.0/24' }

test('all devices of an owner are ordered in one slot, between a half and one and a half of a week', async () => {
  const { lookUntil, ordered } = setup({ devices: 3 })
  await lookUntil(1040)
  expect(ordered).toEqual([])
  await lookUntil(3150)
  expect(ordered.slice(0, 3).map(({ device }) => device)).toEqual([1, 2, 3])
  expect(new Set(ordered.slice(0, 3).map(({ at }) => at)).size).toBe(1)
})

test('no order waits for the block of another one, so that all of them are in one slot', async () => {
  let waiting = 0
  const all = Promise.withResolvers<void>()
  const { lookUntil, ordered } = setup({
    devices: 40,
    onOrder: async () => {
      waiting += 1
      if (waiting >= 40) all.resolve()
      await all.promise
    },
  })
  await lookUntil(3150)
  expect(new Set(ordered.slice(0, 40).map(({ at }) => at)).size).toBe(1)
})

test('one that is paused or away is left out, and once it is back is due with its group in a slot that it did not choose', async () => {
  const seen = new Map<number, SeenDevice | undefined>([[1, { ...here, isPaused: true }]])
  const { lookUntil, ordered } = setup({ devices: 2, seen })
  await lookUntil(3150)
  expect(new Set(ordered.map(({ device }) => device))).toEqual(new Set([2]))
  seen.set(1, here)
  await lookUntil(14_000)
  const back = ordered.filter(({ device }) => device === 1)
  expect(back.length).toBeGreaterThan(0)
  // Neither at once, nor in each slot: one in 105 is.
  expect(back[0]?.at).toBeGreaterThan(3200)
  expect(back.length).toBeLessThan(40)
  const slots = back.map(({ at }) => ordered.filter((each) => each.at === at).length)
  expect(new Set(slots)).toEqual(new Set([2]))
})

test('one whose measurer let its time pass is ordered again with its group, by a draw', async () => {
  const { lookUntil, ordered } = setup({ devices: 2, lapsed: [2] })
  await lookUntil(3150)
  expect(ordered.slice(0, 2)).toMatchObject([
    { device: 1, by: 'orderMeasurement' },
    { device: 2, by: 'draw', at: ordered[0]?.at },
  ])
})

test.each([{ ...here, isPaused: true }, undefined])(
  'one that cannot be measured (%o) has its neighbours measured no sooner',
  async (state) => {
    const measuredAt = new Map([[2, 3150]])
    const { lookUntil, ordered } = setup({ devices: 2, seen: new Map([[1, state]]), measuredAt })
    await lookUntil(4200)
    expect(ordered).toEqual([])
    await lookUntil(6310)
    expect(new Set(ordered.map(({ device }) => device))).toEqual(new Set([2]))
  },
)

test('one that never can be measured is said to be so, once', async () => {
  const seen = new Map<number, SeenDevice | undefined>([
    [1, { ...here, isPaused: true }],
    [2, undefined],
  ])
  const { lookUntil, unmeasured } = setup({ devices: 2, seen })
  await lookUntil(6290)
  expect(unmeasured).toEqual([])
  await lookUntil(6500)
  expect(unmeasured).toEqual(['1 paused', '2 away'])
})

test('one that is back after so long, and waits for its slot, is not said to be away', async () => {
  const seen = new Map<number, SeenDevice | undefined>([[1, undefined]])
  const { lookUntil, unmeasured } = setup({ devices: 1, seen })
  await lookUntil(6290)
  seen.set(1, here)
  await lookUntil(6500)
  expect(unmeasured).toEqual([])
  seen.set(1, { ...here, isPaused: true })
  await lookUntil(6510)
  expect(unmeasured).toEqual(['1 paused'])
})

test('an order that another masternode gave before is no failure', async () => {
  const { lookUntil, ordered } = setup({ devices: 2, isRefused: true })
  await lookUntil(3200)
  expect(ordered.length).toBeGreaterThan(2)
})

type Scene = {
  readonly devices: number
  /** How devices are that are not simply there. */
  readonly seen?: ReadonlyMap<number, SeenDevice | undefined>
  /** In which seconds devices were measured that were not at the first one. */
  readonly measuredAt?: ReadonlyMap<number, number>
  /** Which were ordered afterwards, and were not measured. */
  readonly lapsed?: readonly number[]
  readonly isRefused?: boolean
  /** A block is waited for. */
  readonly onOrder?: () => Promise<void>
}

/** A repeater before a chain with a block each second, and devices that were measured at its first one. */
function setup({
  devices,
  seen = new Map(),
  measuredAt = new Map(),
  lapsed = [],
  isRefused = false,
  onOrder = async () => {},
}: Scene) {
  let seconds = 0
  const ordered: { readonly device: number; readonly at: number; readonly by: string }[] = []
  const unmeasured: string[] = []
  const book = new MeasureBook(terms.slotSeconds)
  const keys = new Map<string, number>()
  for (let id = 1; id <= devices; id += 1) {
    book.take([
      registered(id, owner),
      measured(id, 1000, measuredAt.get(id) ?? 1),
      accepted(id, owner, 1000),
    ])
    if (lapsed.includes(id)) book.take([orderedAgain(id, 5)])
  }
  const named = book.active().map((device) => {
    const tlsKeyHash = numberToHex(device.id, { size: 32 })
    keys.set(tlsKeyHash, device.id)
    return { ...device, tlsKeyHash }
  })
  const getBlock = async ({ blockNumber = BigInt(seconds) } = {}) => ({
    number: blockNumber,
    timestamp: blockNumber,
    mixHash: numberToHex(blockNumber * 7919n, { size: 32 }),
  })
  const repeater = new Repeater({
    ledger: { client: { getBlock } } as unknown as DrawReader,
    terms,
    send: async ({ data = '0x' }) => {
      const { args, functionName: by } = decodeFunctionData({ abi: contracts.devices.abi, data })
      ordered.push({ device: Number(args?.[0]), at: seconds, by })
      const reason = { errorName: 'DevicesDrawPending', args: [] }
      await onOrder()
      if (isRefused) throw new RefusedError(new ContractRefusalError(reason, undefined))
      return {} as never
    },
    see: (key) => {
      const id = keys.get(key) ?? 0
      return seen.has(id) ? seen.get(id) : here
    },
    onUnmeasured: ({ id }, why) => unmeasured.push(`${id} ${why}`),
    clock: { wallMs: () => seconds * 1000 },
    log: { info: () => {} } as never,
  })
  return {
    ordered,
    unmeasured,
    lookUntil: async (until: number) => {
      for (; seconds < until; seconds += 10) await repeater.look({ active: () => named })
    },
  }
}

import { parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import type { DrawReader, MasternodeRecord } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { chooseMasternodes, createMasternodeList } from './masternode-list.ts'

const device = parseDeviceId(7)
const draw = { period: 1, randomness: new Uint8Array(32).fill(5), witnesses: 3 }

test('the witnesses that are drawn are kept, and the others are spare, those of the own region first', () => {
  const all = [1, 2, 3, 4, 5, 6].map((id) => create(id, id % 2 === 0 ? 'near' : 'far'))
  const { kept, spare } = chooseMasternodes(all, { device, region: 'near' }, draw)
  const regionOf = ({ host }: { readonly host: string }) =>
    all.find(({ endpoint }) => endpoint.startsWith(`${host}:`))?.region
  expect(new Set([...kept, ...spare].map(({ host }) => host)).size).toBe(6)
  expect(kept).toHaveLength(3)
  const regions = spare.map(regionOf)
  expect(regions).toEqual([
    ...regions.filter((region) => region === 'near'),
    ...regions.filter((region) => region === 'far'),
  ])
})

test('other devices and other periods have other witnesses', () => {
  const all = Array.from({ length: 9 }, (_, index) => create(index + 1))
  const keptBy = (id: number, randomness: number) =>
    chooseMasternodes(
      all,
      { device: parseDeviceId(id), region: 'near' },
      { ...draw, randomness: new Uint8Array(32).fill(randomness) },
    ).kept.map(({ host }) => host)
  expect(keptBy(1, 1)).toEqual(keptBy(1, 1))
  expect(keptBy(2, 1)).not.toEqual(keptBy(1, 1))
  expect(keptBy(1, 2)).not.toEqual(keptBy(1, 1))
})

test('an endpoint that leads nowhere is left out', () => {
  const { kept } = chooseMasternodes(
    [create(1), create(2, 'near', 'nonsense')],
    { device, region: 'near' },
    draw,
  )
  expect(kept).toMatchObject([{ host: 'masternode-1', port: 4433 }])
})

test('where the chain is away, those that it named last are dialled, also after a restart', async () => {
  using folder = openScratchFolder()
  const where = { folder: folder.path, region: 'near', device }
  const found = await createMasternodeList({ ...where, ledger: ledgerOf([create(1)]) })()
  expect(found).toMatchObject({ kept: [{ host: 'masternode-1' }], spare: [] })
  expect(await createMasternodeList({ ...where, ledger: ledgerOf(undefined) })()).toEqual(found)
})

test('where nothing is known, the chain’s own failure is told', async () => {
  using folder = openScratchFolder()
  const list = createMasternodeList({
    folder: folder.path,
    region: 'near',
    device,
    ledger: ledgerOf(undefined),
  })
  await expect(list()).rejects.toThrow('The chain is away.')
})

function ledgerOf(records: readonly MasternodeRecord[] | undefined): DrawReader {
  const answer = async (): Promise<never> => {
    throw new Error('The chain is away.')
  }
  const read = {
    activeSeats: async () => (1n << BigInt(records?.length ?? 0)) - 1n,
    inSeat: async ([seat]: readonly [number]) => records?.[seat]?.id ?? 0,
    masternode: async ([id]: readonly [number]) => ({
      ...records?.find((each) => each.id === id),
      region: `0x${Buffer.from('near').toString('hex').padEnd(64, '0')}`,
    }),
  }
  const masternodes =
    records === undefined
      ? { activeSeats: answer, witnesses: answer }
      : { ...read, witnesses: async () => 3n }
  const settlement = { currentPeriod: async () => 0n, periodStart: async () => 0n }
  const block = { number: 0n, timestamp: 0n, mixHash: `0x${'5'.repeat(64)}` }
  return {
    client: { getBlock: async () => block },
    masternodes: { read: masternodes },
    settlement: { read: settlement },
  } as unknown as DrawReader
}

function create(id: number, region = 'near', endpoint = `masternode-${id}:4433`): MasternodeRecord {
  const address = parseAddress(`0x${'1'.repeat(40)}`)
  return {
    id: parseMasternodeId(id),
    operator: address,
    signer: address,
    tlsKeyHash: `0x${String(id).repeat(64)}`,
    region,
    endpoint,
  }
}

import { parseAddress, parseMasternodeId } from '@nexqloud/kernel'
import type { MasternodeReader, MasternodeRecord } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { createMasternodeList, rankMasternodes } from './masternode-list.ts'

const tlsKeyHash = `0x${'7'.repeat(64)}` as const

test('those of the own region come first, and endpoints that lead nowhere are left out', () => {
  const records = [create(1, 'far'), create(2, 'near'), create(3, 'near', 'nonsense')]
  expect(rankMasternodes(records, { region: 'near', tlsKeyHash })).toMatchObject([
    { host: 'masternode-2', port: 4433 },
    { host: 'masternode-1', port: 4433 },
  ])
})

test('devices do not all dial the same one first', () => {
  const records = [create(1), create(2), create(3), create(4)]
  const firsts = Array.from({ length: 16 }, (_, device) =>
    rankMasternodes(records, { region: 'near', tlsKeyHash: `0x${device}` }),
  ).map(([first]) => first?.host)
  expect(new Set(firsts).size).toBeGreaterThan(2)
})

test('where the chain is away, those that it named last are dialled, also after a restart', async () => {
  using folder = openScratchFolder()
  const where = { folder: folder.path, region: 'near', tlsKeyHash }
  const found = await createMasternodeList({ ...where, ledger: ledgerOf([create(1)]) })()
  expect(found).toMatchObject([{ host: 'masternode-1' }])
  expect(await createMasternodeList({ ...where, ledger: ledgerOf(undefined) })()).toEqual(found)
})

test('where nothing is known, the chain’s own failure is told', async () => {
  using folder = openScratchFolder()
  const list = createMasternodeList({
    folder: folder.path,
    region: 'near',
    tlsKeyHash,
    ledger: ledgerOf(undefined),
  })
  await expect(list()).rejects.toThrow('The chain is away.')
})

function ledgerOf(records: readonly MasternodeRecord[] | undefined): MasternodeReader {
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
  const all = records === undefined ? { activeSeats: answer } : read
  return { masternodes: { read: all } } as unknown as MasternodeReader
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

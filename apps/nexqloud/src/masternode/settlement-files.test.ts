import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { SettlementPeers } from '@nexqloud/control'
import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { openFileShelf, witnessFileHash } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import { encodeWitnessFile } from '../../../../packages/store/src/witness/witness-file.ts'
import { createSettlementFiles } from './settlement-files.ts'
import { withoutRefused } from './settling.ts'

const calendar = createCalendar({ genesisTime: 1_700_000_000, periodSeconds: 300 })
const own = parseMasternodeId(1)
const author = parseMasternodeId(2)
const stranger = parseMasternodeId(3)
const period = parsePeriod(4)

test('a file is taken of its author, period and minutes, with no more devices than the chain has', async () => {
  const { take, files } = await setup({ deviceCount: 3 })
  const file = encode({})
  expect(await take(file)).toBe(true)
  const found = await files.read(period, { masternode: author, hash: witnessFileHash(file) })
  expect([...(found?.devices.keys() ?? [])]).toEqual([1, 2, 3])
  expect(await take(encode({ devices: 4 }))).toBe(false)
  expect(await take(encode({ minutes: 1 }))).toBe(false)
  expect(await take(encode({ of: parsePeriod(3) }))).toBe(false)
  expect(await take(encode({}).subarray(1))).toBe(false)
})

test('one that was refused is not fetched again; its hash costs nobody else a file', async () => {
  const { take, fetchFile, fetched } = await setup({ deviceCount: 3 })
  const [large, good] = [encode({ devices: 4 }), encode({})]
  expect(await take(large)).toBe(false)
  await fetchFile(author, witnessFileHash(large))
  expect(fetched).toEqual([])
  // Another one commits to the author's file, and is looked at first.
  expect(await take(good, stranger)).toBe(false)
  await fetchFile(author, witnessFileHash(good))
  expect(fetched).toEqual([witnessFileHash(good)])
  expect(await take(good)).toBe(true)
})

test('where the chain does not answer nothing is refused for ever', async () => {
  const { take, files, chain } = await setup({ deviceCount: 3 })
  chain.isAway = true
  const file = encode({})
  await expect(take(file)).rejects.toThrow('away')
  expect(files.isRefused(witnessFileHash(file))).toBe(false)
})

function encode({ devices = 3, minutes = 5, of = period }): Buffer {
  const heard = Array.from({ length: devices }, (_, at) => parseDeviceId(at + 1))
  return encodeWitnessFile({
    period: of,
    masternode: author,
    minutes,
    up: Uint32Array.of(1),
    devices: new Map(heard.map((device) => [device, Uint32Array.of(1)])),
    runs: [],
  })
}

async function setup({ deviceCount }: { readonly deviceCount: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-files-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const shelf = await openFileShelf({ folder, calendar })
  const chain = { isAway: false }
  const files = createSettlementFiles({
    shelf,
    masternode: own,
    calendar,
    countDevices: async () => {
      if (chain.isAway) throw new TypeError('away')
      return deviceCount
    },
  })
  const fetched: string[] = []
  const peers: SettlementPeers = {
    fetchFile: async (_, hash) => {
      fetched.push(hash)
      return undefined
    },
    fetchRoot: async () => undefined,
    fetchLeaves: async () => undefined,
  }
  const take = (bytes: Buffer, masternode = author) =>
    files.take(period, { masternode, hash: witnessFileHash(bytes) }, bytes)
  const { fetchFile } = withoutRefused(peers, files)
  return { files, take, chain, fetched, fetchFile }
}

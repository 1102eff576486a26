import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { openFileShelf, witnessFileHash } from '@nexqloud/store'
import { expect, onTestFinished, test } from 'vitest'

import { obtainFile } from '../../../../packages/control/src/settle/obtain-file.ts'
import { encodeWitnessFile } from '../../../../packages/store/src/witness/witness-file.ts'
import { createSettlementFiles } from './settlement-files.ts'

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
  const { take, obtain, fetched } = await setup({ deviceCount: 3 })
  const [large, good] = [encode({ devices: 4 }), encode({})]
  expect(await take(large)).toBe(false)
  await obtain(large)
  expect(fetched).toEqual([])
  // Another one commits to the author's file, and is looked at first.
  expect(await take(good, stranger)).toBe(false)
  await obtain(good)
  expect(fetched).toEqual([witnessFileHash(good)])
  expect(await take(good)).toBe(true)
})

test('what others may hold, as they looked at it later, is taken later', async () => {
  const { take, obtain, fetched, chain } = await setup({ deviceCount: 3 })
  const file = encode({ devices: 4 })
  expect(await take(file)).toBe(false)
  chain.deviceCount = 4
  await obtain(file)
  expect(fetched).toEqual([witnessFileHash(file)])
  expect(await take(file)).toBe(true)
})

test('a file that was committed to before its period is taken in its period', async () => {
  const { files, take, obtain, fetched } = await setup({ deviceCount: 3 })
  const file = encode({})
  const committed = { masternode: author, hash: witnessFileHash(file) }
  expect(await files.take(parsePeriod(3), committed, file)).toBe(false)
  expect(await files.isRefused(parsePeriod(3), committed)).toBe(true)
  await obtain(file)
  expect(fetched).toEqual([committed.hash])
  expect(await take(file)).toBe(true)
})

test('a file that the disk has damaged is not read, and is fetched anew', async () => {
  const { take, files, folder } = await setup({ deviceCount: 3 })
  const [file, other] = [encode({}), encode({ devices: 2 })]
  const committed = { masternode: author, hash: witnessFileHash(file) }
  expect(await take(file)).toBe(true)
  await writeFile(join(folder, `${period}-${author}-${committed.hash}.witness`), other)
  expect(await files.read(period, committed)).toBeUndefined()
  expect(await take(file)).toBe(true)
  expect((await files.read(period, committed))?.devices.size).toBe(3)
})

test('where the chain does not answer nothing is refused for ever', async () => {
  const { take, files, chain } = await setup({ deviceCount: 3 })
  chain.isAway = true
  const file = encode({})
  const committed = { masternode: author, hash: witnessFileHash(file) }
  await expect(take(file)).rejects.toThrow('away')
  expect(await files.isRefused(period, committed)).toBe(false)
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
  const chain = { isAway: false, deviceCount }
  const files = createSettlementFiles({
    shelf,
    masternode: own,
    calendar,
    countDevices: async () => {
      if (chain.isAway) throw new TypeError('away')
      return chain.deviceCount
    },
  })
  const fetched: string[] = []
  const peers = {
    fetchFile: async (_: unknown, hash: string) => {
      fetched.push(hash)
      return undefined
    },
  }
  const take = (bytes: Buffer, masternode = author) =>
    files.take(period, { masternode, hash: witnessFileHash(bytes) }, bytes)
  const obtain = (bytes: Buffer) => {
    const file = { masternode: author, hash: witnessFileHash(bytes) }
    return obtainFile(period, file, { files, peers, others: [author], attempt: 0 })
  }
  return { files, take, chain, fetched, obtain, folder }
}

import { hash } from 'node:crypto'

import {
  createInstanceKey,
  createSeededRandom,
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  parsePeriod,
  type DeviceId,
} from '@nexqloud/kernel'
import {
  createPeriodTree,
  rootOf,
  settlePeriod,
  type Keccak256,
  type PeriodFacts,
  type SeenRun,
} from '@nexqloud/rules'
import { parseWitnessFile, type WitnessFile } from '@nexqloud/store'

import { encodeWitnessFile } from '../packages/store/src/witness/witness-file.ts'
import { defineBench, median } from './src/index.ts'

/** A grown network: each device with five instances, seen by three masternodes, which are all that there are. */
const deviceCount = 100_000
const instancesEach = 5
const masternodes = [1, 2, 3].map(parseMasternodeId)
/** A day. */
const minutes = 1440

const account = parseAddress(`0x${'a'.repeat(40)}`)
const words = Math.ceil(minutes / 32)

/**
 * A day of 100,000 devices and 500,000 leases, from the bytes of three witness files to the root that masternodes sign.
 *
 * How the figures arise: the files are made before the measuring, and are there as bytes; each is read as bytes from anybody are, and checked to be the one
 * encoding of what it says. What the chain says is there as values, as a masternode has it; the memory is what the work adds to both. Runs are
 * read from where they lie in a file: objects of all of them took 500 MB and two seconds more. One device in ten was dark for some
 * minutes, and one masternode saw a tenth of the runs shorter than the others. Nobody else settles like this, so there is no rival; a million devices take
 * ten times as long. What masternodes exchange is the files: each of them gets those of the others.
 */
export const bench = defineBench({
  description: `A period of ${deviceCount.toLocaleString('en')} devices and ${(deviceCount * instancesEach).toLocaleString('en')} leases, from three witness files to its root.`,
  samples: 3,
  cases: {
    settle: async (measure) => {
      const bytes = masternodes.map((_, number) => encodeWitnessFile(witness(number)))
      const known = createFacts()
      const root = await measure(() => {
        const facts = { ...known, files: bytes.map((each) => parseWitnessFile(each)) }
        return rootOf(createPeriodTree(settlePeriod(facts), keccak256))
      })
      const exchanged = bytes.reduce((sum, each) => sum + each.length, 0)
      return { root: Buffer.from(root).toString('hex'), exchanged }
    },
  },
  judge: ({ settle }) => {
    const roots = new Set(settle.map(({ facts }) => facts['root']))
    if (roots.size !== 1) throw new Error(`The roots differ: ${[...roots].join(', ')}`)
    const what = `root of a day of ${deviceCount.toLocaleString('en')} devices`
    return [
      {
        what,
        unit: 'CPU-seconds',
        ours: median(settle, ({ cpuSeconds }) => cpuSeconds),
        goal: { figure: 'ours', atMost: 20 },
      },
      {
        what: `${what}, beside files and chain`,
        unit: 'MB',
        ours: median(settle, ({ grownBytes }) => grownBytes / 1e6),
        goal: { figure: 'ours', atMost: 500 },
      },
      {
        what: `three witness files of it`,
        unit: 'MB',
        ours: median(settle, ({ facts }) => Number(facts['exchanged']) / 1e6),
        goal: { figure: 'ours', atMost: 150 },
      },
    ]
  },
})

/** Made of text, which is cheaper than Node's new buffer for each hash; overwritten by the next call. */
const place = Buffer.alloc(32)
const keccak256: Keccak256 = (bytes) => {
  place.write(hash('keccak-256', bytes, 'binary'), 'latin1')
  return place
}

function deviceIds(): readonly DeviceId[] {
  return Array.from({ length: deviceCount }, (_, index) => parseDeviceId(index + 1))
}

/** Instances rise with their device. */
function instanceOf(index: number) {
  return createInstanceKey(account, BigInt(index))
}

/** What one of the masternodes saw; the third one saw less of some runs. */
function witness(number: number): WitnessFile {
  const up = new Uint32Array(words).fill(0xffffffff)
  const devices = new Map(
    deviceIds().map((device) => {
      const seen = up.slice()
      if (device % 10 === 0) seen[device % words] = 0xffff
      return [device, seen]
    }),
  )
  const runs = Array.from({ length: deviceCount * instancesEach }, (_, index): SeenRun => {
    const isShort = number === 2 && index % 10 === 0
    const device = parseDeviceId(1 + Math.floor(index / instancesEach))
    return { instance: instanceOf(index), device, seconds: isShort ? 40_000 : 85_000 }
  })
  const masternode = masternodes[number] ?? parseMasternodeId(1)
  return { period: parsePeriod(1), masternode, minutes, up, devices, runs }
}

function createFacts(): Omit<PeriodFacts, 'files'> {
  const random = createSeededRandom(1)
  const draw = { randomness: new Uint8Array(32).fill(1), masternodes, witnesses: 3, keccak256 }
  return {
    minutes,
    pot: 2880n * 10n ** 18n,
    draw,
    devices: deviceIds().map((device) => ({
      device,
      account,
      scores: Array.from({ length: 5 }, () => random()),
    })),
    leases: Array.from({ length: deviceCount * instancesEach }, (_, index) => ({
      instance: instanceOf(index),
      token: 1n,
      device: parseDeviceId(1 + Math.floor(index / instancesEach)),
      overlapSeconds: 86_400,
    })),
    months: [],
  }
}

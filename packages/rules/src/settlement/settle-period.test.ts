import { hash } from 'node:crypto'

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  type DeviceId,
} from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  createPeriodTree,
  drawWitnesses,
  rootOf,
  settlePeriod,
  type Keccak256,
  type PeriodFacts,
  type SeenRun,
  type SettledFile,
} from '../index.ts'

const MINUTES = 5
const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')
const account = parseAddress(`0x${'a'.repeat(40)}`)
const [web, db] = [createInstanceKey(account, 1n), createInstanceKey(account, 2n)]
const [one, two, three] = [1, 2, 3].map(parseDeviceId) as [DeviceId, DeviceId, DeviceId]

/** One that saw every device in these minutes, and ran all the while itself. */
type Story = { readonly minutes: number; readonly runs: readonly SeenRun[] }

const seconds = fc.integer({ min: 0, max: 300 })
const someRuns = fc
  .record({ web: seconds, moved: seconds, db: seconds })
  .map(({ web: first, moved, db: other }): readonly SeenRun[] => [
    { instance: web, device: one, seconds: first },
    { instance: web, device: two, seconds: moved },
    { instance: db, device: three, seconds: other },
  ])
const someStory = fc.record({ minutes: fc.integer({ min: 0, max: 31 }), runs: someRuns })
const someFacts = fc
  .record({
    pot: fc.bigInt({ min: 0n, max: 10n ** 21n }),
    stories: fc.array(someStory, { minLength: 1, maxLength: 5 }),
    scores: fc.array(fc.nat(100), { minLength: 15, maxLength: 15 }),
    overlaps: fc.array(seconds, { minLength: 5, maxLength: 5 }),
  })
  .map(({ pot, stories, scores, overlaps }) => factsOf({ pot, stories, scores, overlaps }))

test('the rewards are the pot to the wei, or nothing where nobody was seen', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      const { rewards } = settlePeriod(facts)
      const sum = rewards.reduce((all, { amount }) => all + amount, 0n)
      const isSeen = rewards.some(({ uptimeSeconds }) => uptimeSeconds > 0)
      expect(sum).toBe(isSeen ? facts.pot : 0n)
      expect(rewards.map(({ device }) => device)).toEqual(facts.devices.map(({ device }) => device))
    }),
  )
})

test('each lease has one bill, in their order, of no more than its part of the period', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      const { bills } = settlePeriod(facts)
      expect(bills.map(({ instance, token }) => ({ instance, token }))).toEqual(
        facts.leases.map(({ instance, token }) => ({ instance, token })),
      )
      bills.forEach(({ seconds: billed }, place) =>
        expect(billed).toBeLessThanOrEqual(facts.leases[place]?.overlapSeconds ?? -1),
      )
    }),
  )
})

test('an instance is billed on a device for no more than the most that a witness of it saw', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      const { bills } = settlePeriod(facts)
      const sumOn = (device: DeviceId): number =>
        bills.reduce(
          (sum, bill, place) =>
            facts.leases[place]?.instance === web && facts.leases[place].device === device
              ? sum + bill.seconds
              : sum,
          0,
        )
      for (const device of [one, two]) {
        const seen = facts.files.flatMap(({ runs }) =>
          [...runs].filter((run) => run.instance === web && run.device === device),
        )
        expect(sumOn(device)).toBeLessThanOrEqual(Math.max(...seen.map((run) => run.seconds)))
      }
    }),
  )
})

test('the order in which files come changes nothing, to the root', () => {
  fc.assert(
    fc.property(someFacts, fc.nat(), (facts, turn) => {
      const at = turn % facts.files.length
      const files = [...facts.files.slice(at), ...facts.files.slice(0, at)].toReversed()
      const permuted = settlePeriod({ ...facts, files })
      const leaves = settlePeriod(facts)
      expect(permuted).toEqual(leaves)
      expect(rootOf(createPeriodTree(permuted, keccak256))).toEqual(
        rootOf(createPeriodTree(leaves, keccak256)),
      )
    }),
  )
})

test('one witness of three that lies moves no minute and no second beyond what the honest two saw', () => {
  fc.assert(
    fc.property(fc.array(someStory, { minLength: 3, maxLength: 3 }), fc.nat(2), (stories, liar) => {
      const honest = stories.filter((_, place) => place !== liar)
      const { rewards, bills } = settlePeriod(factsOf({ stories }))
      const minutes = honest.map((story) => 60 * countBits(story.minutes))
      const both = 60 * countBits(honest[0]!.minutes & honest[1]!.minutes)
      const either = 60 * countBits(honest[0]!.minutes | honest[1]!.minutes)
      for (const { uptimeSeconds } of rewards) {
        expect(uptimeSeconds).toBeGreaterThanOrEqual(both)
        expect(uptimeSeconds).toBeLessThanOrEqual(either)
      }
      expect(minutes).toHaveLength(2)
      const seen = honest.map(
        ({ runs }) => runs.find(({ instance }) => instance === db)?.seconds ?? 0,
      )
      const billed = bills.find(({ instance }) => instance === db)?.seconds
      expect(billed).toBeGreaterThanOrEqual(Math.min(...seen))
      expect(billed).toBeLessThanOrEqual(Math.max(...seen))
    }),
  )
})

test('two leases of an instance on one device share what was seen there, the first one first', () => {
  const runs = [{ instance: web, device: one, seconds: 250 }]
  const facts = factsOf({ stories: [{ minutes: 31, runs }], overlaps: [100, 200, 0, 0, 0] })
  expect(settlePeriod(facts).bills.map((bill) => bill.seconds)).toEqual([100, 150, 0, 0, 0])
})

test('who is no witness of a device has no say about it', () => {
  const runs = [{ instance: db, device: three, seconds: 300 }]
  const stories = Array.from({ length: 5 }, () => ({ minutes: 31, runs }))
  const facts = factsOf({ stories })
  const drawn = new Set(drawWitnesses(three, facts.draw))
  const strangers = { ...facts, files: facts.files.filter((file) => !drawn.has(file.masternode)) }
  const { rewards, bills } = settlePeriod(strangers)
  expect(rewards.find(({ device }) => device === three)).toMatchObject({ uptimeSeconds: 0 })
  expect(bills.find(({ instance }) => instance === db)).toMatchObject({ seconds: 0 })
})

test('a period without devices, leases or files comes to nothing', () => {
  const nothing = { ...factsOf({ stories: [] }), devices: [], leases: [] }
  const leaves = settlePeriod(nothing)
  expect(leaves).toEqual({ rewards: [], bills: [], credits: [] })
  expect(rootOf(createPeriodTree(leaves, keccak256))).toEqual(keccak256(new Uint8Array()))
})

test('a period has the credits of the month that it credits, after its bills', () => {
  const month = { month: 0, seenSeconds: 90, downSeconds: 10, charge: 50n, received: 20n }
  const facts = { ...factsOf({ stories: [] }), months: [{ instance: web, ...month, credited: 0n }] }
  const leaves = settlePeriod(facts)
  expect(leaves.credits).toEqual([{ instance: web, month: 0, amount: 50n }])
  const without = createPeriodTree({ ...leaves, credits: [] }, keccak256)
  expect(rootOf(createPeriodTree(leaves, keccak256))).not.toEqual(rootOf(without))
})

type Setup = {
  readonly stories: readonly Story[]
  readonly pot?: bigint
  readonly scores?: readonly number[]
  readonly overlaps?: readonly number[]
}

/** Two leases of `web` on device 1, then two on device 2, and one of `db` on device 3. */
function factsOf({ stories, pot = 1000n, scores = [], overlaps = [] }: Setup): PeriodFacts {
  const files = stories.map((story, place) => fileOf(place + 1, story))
  return {
    minutes: MINUTES,
    pot,
    draw: {
      randomness: new Uint8Array(32).fill(7),
      masternodes: files.map(({ masternode }) => masternode),
      witnesses: 3,
      keccak256,
    },
    devices: [one, two, three].map((device, row) => ({
      device,
      account,
      scores: Array.from({ length: 5 }, (_, column) => scores[5 * row + column] ?? 1),
    })),
    leases: [one, one, two, two, three].map((device, place) => ({
      instance: place < 4 ? web : db,
      token: BigInt(place + 1),
      device,
      overlapSeconds: overlaps[place] ?? 300,
    })),
    months: [],
    files,
  }
}

function fileOf(masternode: number, { minutes, runs }: Story): SettledFile {
  const seen = Uint32Array.of(minutes)
  return {
    masternode: parseMasternodeId(masternode),
    up: Uint32Array.of(31),
    devices: new Map([one, two, three].map((device) => [device, seen])),
    runs,
  }
}

function countBits(word: number): number {
  return word === 0 ? 0 : (word & 1) + countBits(word >>> 1)
}

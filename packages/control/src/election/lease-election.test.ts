import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { startCandidate, type Candidate } from '../../test/masternodes.ts'
import { ELECTION_NAMESPACE } from './lease-election.ts'

const task = 'device-7'

test('one of those who stand holds a task, in its first term, and the others are told nothing else', async () => {
  const { all, pass, holders } = await setup(3)
  await pass(5000)
  expect(holders()).toHaveLength(1)
  expect(terms(all)).toEqual([1])
})

test('a holder that is cut off stops before another one takes over, within ten seconds, in a higher term', async () => {
  const { all, pass, holders } = await setup(3)
  await pass(5000)
  const [first] = holders()
  first?.setReach(false)
  const silentMs = await passUntil(pass, () => holders().length === 0)
  expect(silentMs).toBeLessThan(5500)
  const takenMs = silentMs + (await passUntil(pass, () => holders().length === 1))
  expect(takenMs).toBeLessThan(10_000)
  expect(holders()[0]?.identity).not.toBe(first?.identity)
  expect(terms(all)).toEqual([2])
  first?.setReach(true)
  await pass(60_000)
  expect(terms(all)).toEqual([2])
})

test.each([7, 11, 1234, 99])(
  'there are never two holders, whoever is cut off and comes back at any moment (%i)',
  async (first) => {
    const { all, pass, holders } = await setup(3)
    let [seed, last] = [first, 0]
    for (let step = 0; step < 200; step += 1) {
      seed = (seed * 48_271) % 2_147_483_647
      all[seed % 3]?.setReach(seed % 5 > 0)
      await pass(500 + (seed % 7) * 500)
      const [holder, ...more] = holders()
      expect(more).toEqual([])
      const term = holder?.election.termOf(task) ?? last
      expect(term).toBeGreaterThanOrEqual(last)
      last = term
    }
    all.forEach(({ setReach }) => setReach(true))
    await pass(60_000)
    expect(holders()).toHaveLength(1)
    expect(last).toBeGreaterThan(2)
  },
  30_000,
)

test('who leaves in order, or cannot do a task any more, is followed at once', async () => {
  const { all, pass, holders } = await setup(3)
  await pass(5000)
  const [first] = holders()
  first?.election.withdraw(task)
  await pass(1500)
  const [second] = holders()
  expect(second?.identity).not.toBe(first?.identity)
  await second?.leave()
  first?.election.stand(task)
  await pass(1500)
  expect(holders()).toHaveLength(1)
  expect(holders()[0]?.identity).not.toBe(second?.identity)
  expect(terms(all.filter((each) => each !== second))).toEqual([3])
})

test('what nobody can do stays with whom it was, and falls to anybody once that one is gone', async () => {
  const { all, pass, holders } = await setup(2)
  await pass(5000)
  const [first] = holders()
  all.forEach(({ election }) => election.withdraw(task))
  await pass(20_000)
  expect(holders()).toEqual([first])
  await first?.leave()
  await pass(5000)
  expect(holders().map(({ identity }) => identity)).toEqual(
    all.filter((each) => each !== first).map(({ identity }) => identity),
  )
})

test('an API that is away for a minute leaves every task where it was', async () => {
  const { all, pass, holders } = await setup(3)
  await pass(5000)
  const [first] = holders()
  all.forEach(({ setReach }) => setReach(false))
  await pass(60_000)
  expect(holders()).toEqual([])
  all.forEach(({ setReach }) => setReach(true))
  await pass(60_000)
  expect(holders()).toEqual([first])
  expect(terms(all)).toEqual([1])
})

test('one that is started again under its name goes on in its term', async () => {
  const { cluster, all, pass, holders } = await setup(2)
  await pass(5000)
  const [first] = holders()
  first?.setReach(false)
  const again = startCandidate(cluster, first?.identity ?? '', [task])
  await pass(20_000)
  expect(terms([...all, again])).toEqual([1])
})

test('a term that a device has heard of is passed by', async () => {
  const { cluster, all, pass, holders } = await setup(2)
  await pass(5000)
  holders()[0]?.election.raise(task, 40)
  await pass(500)
  expect(terms(all)).toEqual([41])
  holders()[0]?.election.raise(task, 2 ** 31 - 2)
  holders()[0]?.election.raise(task, 3)
  await pass(500)
  expect(terms(all)).toEqual([41])
  const { items } = await cluster.client.list(kinds.leases, { namespace: ELECTION_NAMESPACE })
  expect(items).toHaveLength(3)
})

test('devices spread over masternodes; those of one that dies spread over the others, and the rest stay where they are', async () => {
  const devices = Array.from({ length: 60 }, (_, index) => `device-${index + 1}`)
  const { cluster, all, pass } = await setup(3, devices)
  await pass(8000)
  const first = sharesOf(all, devices)
  expectFair(first)
  const [dead = all[0]] = all
  dead?.setReach(false)
  await pass(20_000)
  const others = all.filter((each) => each !== dead)
  const second = sharesOf(others, devices)
  expectFair(second)
  for (const { identity } of others) {
    expect(second.get(identity)).toEqual(expect.arrayContaining([...(first.get(identity) ?? [])]))
  }
  // It is back, and nobody who drives well hands a device over: its visitors' connections would be cut.
  const back = startCandidate(cluster, dead?.identity ?? '', devices)
  await pass(60_000)
  expect(sharesOf([...others, back], devices)).toEqual(second.set(back.identity, []))
  others.forEach(({ election }) => devices.slice(0, 30).forEach((each) => election.withdraw(each)))
  await pass(8000)
  expect(sharesOf([...others, back], devices).get(back.identity)).toEqual(devices.slice(0, 30))
}, 60_000)

/** Each has its part, as the hashes of these names fall; even parts would be 20 and 30. */
function expectFair(shares: ReadonlyMap<string, readonly string[]>): void {
  const counts = [...shares.values()].map((held) => held.length)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(8)
}

function sharesOf(
  all: readonly Candidate[],
  devices: readonly string[],
): Map<string, readonly string[]> {
  return new Map(
    all.map(({ identity, election }) => [
      identity,
      devices.filter((device) => election.termOf(device) !== undefined),
    ]),
  )
}

async function setup(count: number, tasks: readonly string[] = [task]) {
  const cluster = await openCluster()
  const all = Array.from({ length: count }, (_, index) =>
    startCandidate(cluster, `masternode-${index + 1}`, tasks),
  )
  const holders = (): readonly Candidate[] =>
    all.filter(({ election }) => election.termOf(task) !== undefined)
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 250) await cluster.clock.pass(250)
  }
  return { cluster, all, pass, holders }
}

async function passUntil(
  pass: (ms: number) => Promise<void>,
  isSo: () => boolean,
): Promise<number> {
  let ms = 0
  while (!isSo()) {
    if (ms > 60_000) throw new Error('It does not come to be so.')
    await pass(250)
    ms += 250
  }
  return ms
}

function terms(all: readonly Candidate[]): readonly number[] {
  return all.map(({ election }) => election.termOf(task)).filter((term) => term !== undefined)
}

import { createSeededRandom, parsePeriod } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { leases, owner, POT, SEEN_SECONDS } from '../../test/memory-settlement.ts'
import { openSettleLab } from '../../test/settle-lab.ts'

test('one masternode settles and pays each period once, alone', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(1)
  for (let period = 0; period < 4; period += 1) await passPeriod()
  expect(chain.sent.filter((each) => each.endsWith(' 1'))).toEqual([
    '0 postFile 1',
    '0 postHeld 1',
    '0 postRoot 1',
    '0 payRewards 1',
    '0 payBills 1',
  ])
  expect(chain.paidWei.get(owner)).toBe(3n * POT)
  expect(chain.billed).toHaveLength(2 * 3)
  expect(chain.billed.every(({ seconds }) => seconds === SEEN_SECONDS)).toBe(true)
  expect(nodes[0]?.failures).toEqual([])
  expect(nodes[0]?.news.filter(({ event }) => event === 'settled')).toMatchObject([
    { period: 0, rewards: POT, bills: 2, billedSeconds: 480 },
    { period: 1 },
    { period: 2 },
  ])
})

test('the credits of a month are paid once, by whoever’s turn it is', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(3)
  const month = { month: 0, seenSeconds: 90, downSeconds: 10, charge: 50n, credited: 0n }
  chain.months = leases.map(({ instance }) => ({ instance, ...month, received: 20n }))
  for (let period = 0; period < 4; period += 1) await passPeriod()
  expect(chain.sent.filter((each) => each.includes('payCredits'))).toEqual(['0 payCredits 0'])
  expect([...chain.credited.values()]).toEqual([50n, 50n])
  expect(nodes[0]?.news.find(({ event }) => event === 'settled')).toMatchObject({ credits: 2 })
})

test('of several that are all there one posts the root and one pays, another one in each period', async () => {
  const { chain, passPeriod } = await openSettleLab(4)
  for (let period = 0; period < 6; period += 1) await passPeriod()
  for (const call of ['postRoot', 'payRewards', 'payBills']) {
    const senders = chain.sent.filter((each) => each.includes(` ${call} `))
    expect(senders).toEqual([0, 1, 2, 3, 4].map((period) => `${period % 4} ${call} ${period}`))
  }
  expect(chain.paidWei.get(owner)).toBe(5n * POT)
})

test('one asleep, one lying and one that is cut off, in turns, cost nobody a wei or a second', async () => {
  const { chain, nodes, clock, passPeriod } = await openSettleLab(4)
  const troubles = ['isAsleep', 'isLying', 'isCut'] as const
  // Troubles come and go in the middle of periods: files are written at their ends.
  await clock.pass(150_000)
  for (let period = 0; period < 12; period += 1) {
    const [node, trouble] = [nodes[period % 4], troubles[period % 3]]
    if (node === undefined || trouble === undefined) continue
    if (trouble === 'isAsleep') await node.kill()
    else node[trouble] = true
    await passPeriod()
    if (trouble === 'isAsleep') node.start()
    else node[trouble] = false
  }
  for (let period = 0; period < 2; period += 1) await passPeriod()
  expect(chain.paidWei.get(owner)).toBe(14n * POT)
  const seconds = chain.billed.map((bill) => bill.seconds)
  expect(seconds).toEqual(Array.from({ length: 28 }, () => SEEN_SECONDS))
})

test('masternodes that take a question and never answer keep no period from being paid', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(4)
  for (const node of nodes.slice(2)) node.isHanging = true
  for (let period = 0; period < 5; period += 1) await passPeriod()
  expect(chain.paidWei.get(owner)).toBe(4n * POT)
  expect(chain.billed.map(({ seconds }) => seconds)).toEqual(Array(8).fill(SEEN_SECONDS))
})

test('what the chain takes and does not pay is sent four times, told of once, and paid once by whoever comes next', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(1)
  chain.isDeaf = true
  for (let period = 0; period < 4; period += 1) await passPeriod()
  expect(chain.sent.filter((each) => each === '0 payRewards 0')).toHaveLength(4)
  expect(chain.sent.filter((each) => each === '0 payBills 0')).toHaveLength(4)
  expect(nodes[0]?.failures.filter((each) => String(each).includes('period 0'))).toHaveLength(1)
  chain.isDeaf = false
  await nodes[0]?.kill()
  nodes[0]?.start()
  await passPeriod()
  expect(chain.paidWei.get(owner)).toBe(4n * POT)
})

test('who lies is told of once by each that is honest, with the device that it lied about', async () => {
  const { nodes, passPeriod } = await openSettleLab(4)
  nodes[3]!.isLying = true
  await passPeriod()
  await passPeriod()
  const differing = nodes.map(({ news }) => news.filter(({ event }) => event === 'differs'))
  const told = { event: 'differs', period: 0, from: 4, device: 1 }
  expect(differing.slice(0, 3)).toEqual([[told], [told], [told]])
})

test.each([1, 2, 3])('whoever dies when (seed %i), all is paid once in the end', async (seed) => {
  const random = createSeededRandom(seed)
  const { chain, nodes, clock } = await openSettleLab(4)
  for (let step = 0; step < 100; step += 1) {
    const node = nodes[random() % nodes.length]
    await node?.kill()
    await clock.pass(1000 * (random() % 40))
    node?.start()
    await clock.pass(1000 * (random() % 10))
  }
  await clock.pass(600_000)
  const settled = Math.floor(Number(chain.paidWei.get(owner)) / Number(POT))
  expect(settled).toBeGreaterThan(5)
  for (let period = 0; period < settled; period += 1) {
    expect(chain.of(parsePeriod(period)).paid.size).toBe(3)
  }
  const fees = chain.sent.filter((each) => each.includes(' pay')).length
  expect(fees).toBeLessThanOrEqual(2 * settled + 6)
})

test('where no quorum agrees, a majority’s root is paid, late, and once nobody has outvoted it', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(5)
  for (const node of nodes.slice(3)) node.isLying = true
  const first = chain.of(parsePeriod(0))
  for (let period = 0; period < 7; period += 1) await passPeriod()
  expect([first.accepted, first.proposal]).toEqual([undefined, undefined])
  for (let period = 0; period < 2; period += 1) await passPeriod()
  expect([first.accepted, first.proposal?.signatures]).toEqual([undefined, 3])
  for (let period = 0; period < 3; period += 1) await passPeriod()
  // Of the third device two witnesses of three lie.
  expect([first.accepted?.root.rewards, first.paid.size]).toEqual([POT, 2])
  const ofFirst = chain.sent.filter((each) => each.endsWith(' 0') && /Root|pay/.test(each))
  expect(ofFirst.map((each) => each.split(' ')[1])).toEqual([
    'postRoot',
    'acceptRoot',
    'payRewards',
    'payBills',
  ])
})

test('a majority’s root becomes final at once where whoever was missing signs it, too', async () => {
  const { chain, nodes, passPeriod } = await openSettleLab(5)
  for (const node of nodes.slice(3)) node.isLying = true
  for (let period = 0; period < 9; period += 1) await passPeriod()
  const first = chain.of(parsePeriod(0))
  expect(first.proposal?.signatures).toBe(3)
  await nodes[3]?.kill()
  nodes[3]!.isLying = false
  nodes[3]?.start()
  await passPeriod()
  expect(first.accepted).toBeDefined()
  expect(chain.sent.filter((each) => each.includes('acceptRoot'))).toEqual([])
})

test('what the whole network slept through is passed without charge, and bills go on after it', async () => {
  const { chain, nodes, clock, passPeriod } = await openSettleLab(1)
  await passPeriod()
  await clock.pass(60_000)
  await nodes[0]?.kill()
  await clock.pass(40 * 300_000)
  nodes[0]?.start()
  for (let period = 0; period < 6; period += 1) await passPeriod()
  const periods = new Set(chain.billed.map(({ period }) => Number(period)))
  expect([...periods]).toEqual(Array.from({ length: periods.size }, (_, at) => at))
  expect(periods.size).toBeGreaterThan(44)
  expect(chain.billed.filter(({ seconds }) => seconds > 0).length).toBeGreaterThan(8)
})

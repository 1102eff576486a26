import { randomInt } from 'node:crypto'

import type { ProbeAnswer, ProbeRequest } from '@nexqloud/device'
import { RpcClosedError } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { Prober } from './prober.ts'

const web = { uid: 'u1', namespace: 'acme', name: 'web', instance: undefined }
const db = { uid: 'u2', namespace: 'acme', name: 'db', instance: undefined }
/** Within so many looks everything is asked and decided: three times as often as it comes, twice again, and a device's patience each time. */
const ENOUGH_LOOKS = 100

test('pods that live are found so at least once a minute, by no rhythm, each at a port by lot', async () => {
  const { look, asked, found } = setup()
  const gaps = new Set<number>()
  for (let turn = 0; turn < 100; turn += 1) {
    const before = asked.length
    let looks = 0
    while (asked.length === before) {
      await look()
      looks += 1
    }
    gaps.add(looks)
  }
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30)
  expect(gaps.size).toBeGreaterThan(10)
  expect(new Set(asked.flatMap(({ pods }) => pods.map(({ port }) => port))).size).toBeGreaterThan(
    150,
  )
  expect(asked.every(({ pods }) => pods.length === 2)).toBe(true)
  await look()
  expect(new Set(found)).toEqual(new Set(['web lives', 'db lives']))
})

test.each(['silent', 'ended'] as const)(
  'one that is %s is asked again soon, alone, and has failed at the third time',
  async (sign) => {
    const lab = setup()
    lab.says.u1 = sign
    await lab.untilAsked(1)
    await lab.untilAsked(2, 3)
    expect(lab.found).toEqual(['db lives'])
    await lab.untilAsked(3, 3)
    expect(lab.asked.slice(1).map(({ pods }) => pods.map(({ uid }) => uid))).toEqual([
      ['u1'],
      ['u1'],
    ])
    expect(lab.found).toEqual(['db lives', `web ${sign}`])
  },
)

test('a link that is cut between the attempts clears nobody of doubt', async () => {
  const lab = setup()
  lab.says.u1 = 'ended'
  for (const asked of [1, 2, 3]) {
    await lab.untilAsked(asked)
    lab.attach()
  }
  expect(lab.found).toEqual(['db lives', 'web ended'])
})

test('one that lives again by the third time has lost nothing, and has three attempts anew', async () => {
  const lab = setup()
  lab.says.u1 = 'silent'
  await lab.untilAsked(2)
  lab.says.u1 = 'lives'
  await lab.untilAsked(3)
  lab.says.u1 = 'silent'
  await lab.untilAsked(5, 3 * ENOUGH_LOOKS)
  expect(lab.found.filter((found) => found.startsWith('web'))).toEqual(['web lives'])
})

test('one that somebody holds is found so at once', async () => {
  const lab = setup()
  lab.says.u1 = 'held'
  await lab.untilAsked(1)
  expect(lab.found).toEqual(['web held', 'db lives'])
})

test('a device that names no such pod, answers with a failure, or not at all, has three attempts', async () => {
  const unnamed = setup()
  unnamed.says.u1 = undefined
  await unnamed.untilAsked(3)
  expect(unnamed.found).toEqual(['db lives', 'web unanswered'])

  const failing = setup()
  failing.does.answer = () => Promise.reject(new Error('The agent has a fault.'))
  await failing.untilAsked(3)
  expect(failing.found).toEqual(['web unanswered', 'db unanswered'])

  const mute = setup()
  mute.does.answer = () => new Promise(() => {})
  await mute.looks(ENOUGH_LOOKS)
  expect(mute.found.slice(0, 2)).toEqual(['web unanswered', 'db unanswered'])
})

test('a line on which an answer takes eight seconds costs nothing', async () => {
  const lab = setup()
  lab.does.answer = async (answer) => {
    for (let turn = lab.looked() + 4; lab.looked() < turn;) await new Promise(setImmediate)
    return answer
  }
  await lab.looks(3 * ENOUGH_LOOKS)
  expect(lab.found.length).toBeGreaterThan(4)
  expect(new Set(lab.found)).toEqual(new Set(['web lives', 'db lives']))
})

test('a masternode that does not look, or hears nothing, decides nothing', async () => {
  const lab = setup()
  const answered = Promise.withResolvers<ProbeAnswer>()
  lab.does.answer = () => answered.promise
  await lab.untilAsked(1)
  // However much time passes now.
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(lab.found).toEqual([])
  answered.resolve(answerOf(['u1', 'u2']))
  await lab.looks(1)
  expect(lab.found).toEqual(['web lives', 'db lives'])
})

test('a link that ends says nothing of its pods', async () => {
  const lab = setup()
  lab.does.answer = () => Promise.reject(new RpcClosedError('the masternode cut it.'))
  await lab.untilAsked(5, 5 * ENOUGH_LOOKS)
  expect(lab.found).toEqual([])
})

test('a pod that ends in the middle is not judged', async () => {
  const lab = setup()
  lab.says.u1 = 'ended'
  await lab.untilAsked(2)
  lab.pods.delete(web)
  await lab.looks(ENOUGH_LOOKS)
  expect(new Set(lab.found)).toEqual(new Set(['db lives']))
})

type Sign = ProbeAnswer['pods'][number]['sign']

function answerOf(uids: readonly string[], sign: Sign = 'lives'): ProbeAnswer {
  return { pods: uids.map((uid) => ({ uid, sign })) }
}

function setup() {
  const pods = new Set([web, db])
  const asked: ProbeRequest[] = []
  const found: string[] = []
  const says: { u1: Sign | undefined; u2: Sign | undefined } = { u1: 'lives', u2: 'lives' }
  const does = { answer: async (answer: ProbeAnswer): Promise<ProbeAnswer> => answer }
  let lookCount = 0
  const prober = new Prober({
    pods: () => [...pods],
    randomInt,
    onProbed: ({ name }, sign) => found.push(`${name} ${sign}`),
  })
  const attach = (): void =>
    prober.attach((request) => {
      asked.push(request)
      const signs = request.pods.flatMap(({ uid }) => {
        const sign = uid === 'u1' ? says.u1 : says.u2
        return sign === undefined ? [] : [{ uid, sign }]
      })
      return does.answer({ pods: signs })
    })
  attach()
  const look = async (): Promise<void> => {
    lookCount += 1
    prober.look()
    for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate)
  }
  const looks = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await look()
  }
  return {
    pods,
    asked,
    found,
    says,
    does,
    attach,
    look,
    looks,
    looked: () => lookCount,
    /** Looks until it was asked so often, within so many looks. */
    untilAsked: async (count: number, within = ENOUGH_LOOKS) => {
      for (let left = within; asked.length < count && left > 0; left -= 1) await look()
      expect(asked.length).toBe(count)
    },
  }
}

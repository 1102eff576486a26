import { createManualClock } from '@nexqloud/kernel'
import { ApiUnreachableError, StatusError, type Transport } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { kubernetesAway } from './own-happenings.ts'
import { createReach, type Absence } from './reach.ts'
import { watchTransport } from './watch-transport.ts'

const away = new ApiUnreachableError('https://k', new Error('connect ECONNREFUSED'))
const refused = new StatusError({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  code: 409,
  message: 'Conflict',
})

test('an absence is told once it is over, from the first question that was not answered on', async () => {
  const { told, pass, ask } = setup()
  await ask()
  await pass(1000)
  for (let second = 0; second < 60; second += 2) {
    await ask(away)
    await pass(2000)
  }
  expect(told).toEqual([])
  await ask()
  await ask()
  expect(told).toHaveLength(1)
  const [absence] = told
  expect(absence && kubernetesAway(absence).message).toMatchInlineSnapshot(
    `"The Kubernetes API was not reached from 2026-11-26T12:00:01.000Z until 2026-11-26T12:01:01.000Z: it drove no device then, and another masternode that reached it did. The Kubernetes API at https://k does not answer: connect ECONNREFUSED."`,
  )
})

test('a refusal is an answer, and what is over soon is not told', async () => {
  const { told, pass, ask } = setup()
  await ask(away)
  await pass(4000)
  await ask(refused)
  await pass(60_000)
  await ask()
  expect(told).toEqual([])
})

test('one question that hangs is no absence while others are answered', async () => {
  const { told, pass, ask, hang } = setup()
  const hanging = hang()
  for (let second = 0; second < 30; second += 2) {
    await pass(2000)
    await ask()
  }
  hanging.reject(away)
  await expect(hanging.asking).rejects.toBe(away)
  await ask()
  expect(told).toEqual([])
})

function setup() {
  const clock = createManualClock(Date.parse('2026-11-26T12:00:00Z'))
  const told: Absence[] = []
  const reach = createReach({ clock, onBack: (absence) => told.push(absence) })
  let answer: () => Promise<unknown> = async () => ({})
  const transport: Transport = {
    call: () => answer(),
    watch: async function* () {},
    close: async () => {},
  }
  const watched = watchTransport(transport, { reach, clock })
  const call = () => watched.call({ method: 'GET', path: '/', query: {} })
  return {
    told,
    pass: clock.pass,
    ask: async (failure?: Error) => {
      answer = async () => {
        if (failure !== undefined) throw failure
        return {}
      }
      await call().catch(() => {})
    },
    hang: () => {
      const { promise, reject } = Promise.withResolvers<unknown>()
      answer = () => promise
      return { asking: call(), reject }
    },
  }
}

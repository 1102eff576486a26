import { expect, test } from 'vitest'

import { answerQuestion, type PodDoorParts } from './pod-door.ts'

const question = {
  uid: 'u1',
  door: 'metadata',
  method: 'GET',
  target: '/',
  headers: {},
  body: '',
} as const
const given = new Map([['u1', { namespace: 'acme', name: 'i-1' }]])

test('a pod that the device was given is answered, by its own name', async () => {
  const told = await ask({ answerPod: async (pod) => told200(JSON.stringify(pod)) })
  expect(JSON.parse(told.body)).toEqual({ namespace: 'acme', name: 'i-1', uid: 'u1' })
})

test('a device is told nothing for a pod that is not on it, or that it is not driven for from here', async () => {
  const answerPod = async () => told200('secret')
  await expect(ask({ answerPod }, 'u2')).rejects.toMatchObject({ kind: 'notFound' })
  await expect(ask({ answerPod, podOf: undefined })).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a device that asks too often is refused, before anything is looked at', async () => {
  const answerPod = (): never => {
    throw new Error('Nobody asks that.')
  }
  const refused = ask({ answerPod, mayAsk: () => false })
  await expect(refused).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a pod that asks too often is refused, and takes nothing from the others of its device', async () => {
  let askedCount = 0
  const mayAsk = () => {
    askedCount += 1
    return true
  }
  const mayPodAsk = (uid: string) => uid !== 'u1'
  const refused = ask({ mayAsk, mayPodAsk })
  await expect(refused).rejects.toMatchObject({ kind: 'unavailable' })
  expect(askedCount).toBe(0)
  await expect(ask({ mayAsk, mayPodAsk: () => false }, 'u2')).rejects.toMatchObject({
    kind: 'notFound',
  })
  expect(askedCount).toBe(1)
})

test('where nobody answers pods, there is nothing', async () => {
  expect(await ask({ answerPod: undefined })).toEqual({ status: 404, headers: {}, body: '' })
})

const told200 = (body: string) => ({ status: 200, headers: {}, body })

function ask(own: Partial<PodDoorParts>, uid = 'u1') {
  const podOf = (asked: string) => given.get(asked)
  const parts = { answerPod: undefined, mayAsk: () => true, mayPodAsk: () => true, podOf, ...own }
  return answerQuestion(parts, { ...question, uid }, new AbortController().signal)
}

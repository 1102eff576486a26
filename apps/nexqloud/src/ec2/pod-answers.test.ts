import { expect, test } from 'vitest'

import { PodAnswers } from './pod-answers.ts'

const pod = { namespace: 'acme', name: 'i-1', uid: 'u1' }
const headers = { 'x-token': 'a' }
const question = { method: 'PUT', target: '/latest', headers, body: 'c2FpZA==' } as const

test('what a pod asks is asked in the name of the instance that it is, at the door that it came to', async () => {
  const answers = new PodAnswers()
  const asked: unknown[] = []
  answers.serve({
    answerInstance: async (...all) => {
      asked.push(all)
      return { status: 200, headers: { a: 'b' }, body: Buffer.from([0, 255]) }
    },
    answerApi: async (...all) => {
      asked.push(all)
      return { status: 403, headers: {}, body: 'no' }
    },
  })
  expect(await ask(answers, 'metadata')).toEqual({ status: 200, headers: { a: 'b' }, body: 'AP8=' })
  expect(await ask(answers, 'api')).toEqual({ status: 403, headers: {}, body: 'bm8=' })
  const own = { method: 'PUT', target: '/latest', headers }
  expect(asked).toEqual([
    [{ namespace: 'acme', id: 'i-1' }, own],
    [
      { namespace: 'acme', id: 'i-1' },
      { ...own, body: Buffer.from('said') },
    ],
  ])
})

test('who is no instance is told nothing, and before the API is open everybody is to ask again', async () => {
  const answers = new PodAnswers()
  expect((await ask(answers, 'metadata')).status).toBe(503)
  const none = { status: 404, headers: {}, body: new Uint8Array() }
  answers.serve({ answerInstance: async () => none, answerApi: async () => undefined })
  expect((await ask(answers, 'api')).status).toBe(404)
  answers.serve()
  expect((await ask(answers, 'api')).status).toBe(503)
})

function ask(answers: PodAnswers, door: 'metadata' | 'api') {
  return answers.answer(pod, { ...question, door }, new AbortController().signal)
}

import type { Notice } from '@nexqloud/control'
import { createManualClock } from '@nexqloud/kernel'
import { recoverMessageAddress, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { WebhookFailedError } from './errors.ts'
import { createWebhook, type PostPublicly } from './webhook.ts'

const account = privateKeyToAccount(`0x${'1'.repeat(64)}`)
const notice: Notice = {
  type: 'runway.short',
  timestamp: '2026-11-26T10:00:00Z',
  data: {
    namespace: 'shop',
    account: `0x${'a'.repeat(40)}`,
    paidUntil: '2026-11-26T11:00:00Z',
    message: 'It runs short.',
  },
}

test('a notice comes signed by the masternode, whose key the chain knows', async () => {
  const { send, posts } = setup([200])
  await send('https://example.com/hook')
  const [{ url, headers, body } = expect.fail('Nothing was sent.')] = posts
  expect(url.href).toBe('https://example.com/hook')
  expect(JSON.parse(body)).toEqual(notice)
  const [kind, signature] = headers['webhook-signature']?.split(',') ?? []
  const message = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  expect(kind).toBe('eip191')
  const signer = await recoverMessageAddress({ message, signature: signature as Hex })
  expect(signer).toBe(account.address)
})

test('what does not arrive is sent again, with the same id, until it has', async () => {
  const { send, posts, failures, pass } = setup([500, new Error('no route'), 204])
  await send('https://example.com/')
  await pass(10_000)
  await pass(60_000)
  await pass(10_000_000)
  expect(posts).toHaveLength(3)
  expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(failures).toEqual([])
})

test('after five attempts it is given up, and told', async () => {
  const { send, posts, failures, pass } = setup([500])
  await send('https://example.com/')
  for (let time = 0; time < 8; time += 1) await pass(1_200_000)
  expect(posts).toHaveLength(5)
  expect(failures).toEqual([expect.any(WebhookFailedError)])
  expect(String(failures[0])).toMatchInlineSnapshot(
    `"WebhookFailedError: https://example.com/ took no notice in 5 attempts: It answered 500."`,
  )
})

test('what is no webhook is told, and nothing is sent', async () => {
  const { send, posts, failures } = setup([200])
  await send('http://example.com/')
  expect([posts, failures]).toEqual([[], [expect.objectContaining({ code: 'WEBHOOK_INVALID' })]])
})

test('who asks for too many at once gets the events alone, and takes nobody else’s place', async () => {
  const { notify, posts, pass } = setup([500])
  for (let count = 0; count < 150; count += 1) notify('https://example.com/', notice)
  await pass(0)
  expect(posts).toHaveLength(34)
  const other = { ...notice, data: { ...notice.data, account: `0x${'b'.repeat(40)}` } }
  notify('https://example.org/', other)
  await pass(0)
  expect(posts.at(-1)?.url.hostname).toBe('example.org')
})

/** A webhook that answers so, one after the other and the last one for ever. */
function setup(answers: readonly (number | Error)[]) {
  const clock = createManualClock(Date.parse('2026-11-26T10:00:00Z'))
  const failures: unknown[] = []
  const posts: { readonly url: URL; readonly headers: Headers; readonly body: string }[] = []
  const post: PostPublicly = async (url, { headers, body }) => {
    const answer = answers[Math.min(posts.length, answers.length - 1)]
    posts.push({ url, headers, body })
    if (typeof answer === 'number') return answer
    throw answer
  }
  const notify = createWebhook({
    post,
    sign: (message) => account.signMessage({ message }),
    clock,
    signal: new AbortController().signal,
    onFailure: (failure) => failures.push(failure),
  })
  const pass = clock.pass
  return {
    notify,
    posts,
    failures,
    pass,
    send: async (address: string) => {
      notify(address, notice)
      await pass(0)
    },
  }
}

type Headers = Readonly<Record<string, string>>

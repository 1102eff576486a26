import { expect, test } from 'vitest'

import { createManualClock, settle } from '../../test/manual-clock.ts'
import { createDispatcher, type Dispatcher, type DispatcherParts } from './dispatcher.ts'
import { rpcCode } from './errors.ts'
import { rpcLimitsByDefault } from './limits.ts'
import type { Method } from './method.ts'

const session = { client: 'a test' }

test('the rest of a batch is refused where its answer becomes too large', async () => {
  const modules: Method = { cost: 1, run: async () => ({ eth: '1.0', text: 'x'.repeat(100) }) }
  const limits = { ...rpcLimitsByDefault.dispatch, responseLength: 200 }
  const { dispatch } = setup({ limits, methods: { modules } })
  const request = { jsonrpc: '2.0', id: 1, method: 'modules' }
  const answers: unknown = JSON.parse(
    (await dispatch(JSON.stringify([request, request]), session)) ?? '',
  )
  expect(answers).toMatchObject([
    { result: { eth: '1.0' } },
    { id: 1, error: { code: rpcCode.responseTooLarge } },
  ])
})

test('an answer that is too large is refused, and said to be', async () => {
  const large: Method = { cost: 1, run: async () => 'x'.repeat(200) }
  const limits = { ...rpcLimitsByDefault.dispatch, responseLength: 200 }
  const { dispatch } = setup({ limits, methods: { large } })
  expect(await dispatch('{"jsonrpc":"2.0","id":7,"method":"large"}', session)).toBe(
    '{"jsonrpc":"2.0","id":7,"error":{"code":-32003,"message":"response too large"}}',
  )
})

test('a request that takes too long is given up', async () => {
  const clock = createManualClock(0)
  const never: Method = { cost: 1, run: () => new Promise(() => {}) }
  const { dispatch } = setup({ clock, methods: { never } })
  const answer = dispatch('{"jsonrpc":"2.0","id":1,"method":"never"}', session)
  await settle()
  await clock.pass(rpcLimitsByDefault.dispatch.timeoutMs)
  expect(await answer).toContain('request timed out')
})

test('what nobody waits for any more is given up, and the rest of its batch not begun', async () => {
  const gone = new AbortController()
  const given: (AbortSignal | undefined)[] = []
  const never: Method = {
    cost: 1,
    run: (_, { signal }) => {
      given.push(signal)
      return new Promise(() => {})
    },
  }
  const { dispatch } = setup({ methods: { never } })
  const request = '{"jsonrpc":"2.0","id":1,"method":"never"}'
  const answer = dispatch(`[${request},${request}]`, { ...session, signal: gone.signal })
  await settle()
  gone.abort()
  expect(await answer).toContain('the client has gone')
  expect(given.map((signal) => signal?.aborted)).toEqual([true])
})

test('a text nested deeper than any request is no request, and costs no time', async () => {
  const { dispatch } = setup({})
  const text = '['.repeat(5_000_000)
  const startMs = performance.now()
  expect(await dispatch(text, session)).toContain(
    '"code":-32700,"message":"parse error: nested deeper than 64 levels"',
  )
  expect(performance.now() - startMs).toBeLessThan(500)
})

function setup(change: Partial<DispatcherParts>): Dispatcher {
  return createDispatcher({
    methods: {},
    limits: rpcLimitsByDefault.dispatch,
    clock: createManualClock(0),
    takeCost: () => true,
    onRequest: () => {},
    onFault: (failure) => {
      throw failure
    },
    ...change,
  })
}

import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { openCourier, type AnswerVisit, type Courier, type Visit } from './courier.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('what a container asks is passed on with the address that it asks from, and what is answered comes back', async () => {
  const { ask, visits } = await setup(async ({ body }) => ({
    status: 201,
    headers: { 'x-told': 'yes' },
    body,
  }))
  const told = await ask({
    from: '127.0.0.7',
    method: 'PUT',
    path: '/latest/api/token?a=b',
    headers: { 'X-Token': 'a' },
    body: 'said',
  })
  expect(told).toMatchObject({ status: 201, body: 'said' })
  expect(told.headers).toMatchObject({ 'x-told': 'yes', 'content-length': '4' })
  expect(visits).toMatchObject([
    {
      address: '127.0.0.7',
      door: 'metadata',
      method: 'PUT',
      target: '/latest/api/token?a=b',
      headers: { 'x-token': 'a' },
      body: Buffer.from('said').toString('base64'),
    },
  ])
})

test('each door says which one it is', async () => {
  const { ask, visits, courier } = await setup()
  expect(courier.doors.map(({ port }) => port)).toEqual([80, 8773])
  await ask({ door: 0 })
  await ask({ door: 1 })
  expect(visits.map(({ door }) => door)).toEqual(['metadata', 'api'])
})

test('nobody is 404, and whoever cannot be answered now is 503', async () => {
  const { ask, abort } = await setup(async ({ target }) => {
    if (target === '/away') throw new Error('The link is down.')
    return undefined
  })
  expect(await ask({})).toMatchObject({ status: 404, body: '' })
  expect(await ask({ path: '/away' })).toMatchObject({ status: 503, body: '' })
  abort()
  expect((await ask({})).status).toBe(503)
})

test('what is too large is refused here, and goes nowhere', async () => {
  const { ask, visits } = await setup()
  const large = 'a'.repeat(9000)
  expect((await ask({ path: `/${large}${large}` })).status).toBe(414)
  expect((await ask({ headers: { x: large } })).status).toBe(431)
  const many = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`x-${at}`, 'a']))
  expect((await ask({ headers: many })).status).toBe(431)
  expect((await ask({ method: 'POST', body: 'a'.repeat((1 << 20) + 1) })).status).toBe(413)
  expect(visits).toEqual([])
})

test('a container that asks for much at once leaves room for others', async () => {
  const release = Promise.withResolvers<void>()
  const told = { status: 200, headers: {}, body: '' }
  const { ask } = await setup(async ({ address }) => {
    if (address === '127.0.0.2') await release.promise
    return told
  })
  const [most, refused] = [40, Promise.withResolvers<void>()]
  let refusedCount = 0
  const greedy = Array.from({ length: most }, async () => {
    const { status } = await ask({ from: '127.0.0.2' })
    if (status === 503) refusedCount += 1
    if (refusedCount === most / 2) refused.resolve()
  })
  await refused.promise
  expect((await ask({ from: '127.0.0.3' })).status).toBe(200)
  release.resolve()
  await Promise.all(greedy)
})

test('a container that holds connections open leaves some to others', async () => {
  const { ask, courier } = await setup()
  const port = courier.doors[0]?.to ?? 0
  const held = Array.from({ length: 300 }, () =>
    connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }),
  )
  const isClosed = held.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  await Promise.race(isClosed)
  expect((await ask({ from: '127.0.0.3' })).status).toBe(200)
  for (const socket of held) socket.destroy()
})

test('whoever answers learns that the container does not want to know any more', async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  const { courier } = await setup(async (_, signal) => {
    asked.resolve(signal)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return undefined
  })
  const socket = connect({ port: courier.doors[0]?.to ?? 0, host: '127.0.0.1' })
  socket.write('GET / HTTP/1.0\r\n\r\n')
  const signal = await asked.promise
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  socket.destroy()
  await aborted
  expect(signal.aborted).toBe(true)
})

type How = {
  readonly from?: string
  readonly door?: number
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

type Told = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function setup(
  answer: AnswerVisit = async () => ({ status: 200, headers: {}, body: '' }),
): Promise<{
  readonly courier: Courier
  readonly visits: readonly Visit[]
  readonly ask: (how: How) => Promise<Told>
  readonly abort: () => void
}> {
  const courier = await openCourier('127.0.0.1')
  closers.push(courier.close)
  const visits: Visit[] = []
  const over = new AbortController()
  courier.serve(async (visit, signal) => {
    visits.push(visit)
    return answer(visit, signal)
  }, over.signal)
  const ask = ({ door = 0, ...how }: How) => askAt(courier.doors[door]?.to ?? 0, how)
  return { courier, visits, ask, abort: () => over.abort() }
}

function askAt(
  port: number,
  { from: localAddress = '127.0.0.1', method = 'GET', path = '/', headers = {}, body }: How,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, localAddress, method, path, headers, agent: false }
    const asked = request(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const { statusCode: status = 0, headers: told } = response
        resolve({ status, headers: told, body: Buffer.concat(parts).toString() })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

import { once } from 'node:events'
import { createConnection } from 'node:net'

import { Registry } from 'prom-client'
import { expect, test } from 'vitest'

import { createManualClock, settle } from '../../test/manual-clock.ts'
import { createHttpDoor } from './http-door.ts'
import { rpcLimitsByDefault } from './limits.ts'
import { createReceiveBudget } from './receive-budget.ts'
import { createSendBudget } from './send-budget.ts'

/** More than the network holds for who does not read. */
const ANSWER_BYTES = 20_000_000

test('a client that does not take its answer in time is let go', async () => {
  const { clock, slowClients, ask, close } = await setup()
  const { socket, closed } = await ask()
  await clock.pass(rpcLimitsByDefault.takeMs - 1)
  expect(slowClients()).toBe(0)
  await clock.pass(1)
  expect(slowClients()).toBe(1)
  socket.resume()
  await closed
  await close()
})

test('a client that takes its answer keeps its connection', async () => {
  const { clock, slowClients, ask, close } = await setup()
  const { socket } = await ask()
  socket.resume()
  while (socket.bytesRead < ANSWER_BYTES) await settle()
  await clock.pass(rpcLimitsByDefault.takeMs)
  expect(slowClients()).toBe(0)
  socket.destroy()
  await close()
})

test('an answer that finds no room beside what waits is not sent', async () => {
  const { slowClients, ask, close } = await setup({ bufferedBytesInAll: 1.5 * ANSWER_BYTES })
  const first = await ask()
  expect(slowClients()).toBe(0)
  const second = await ask()
  second.socket.resume()
  await second.closed
  expect(slowClients()).toBe(1)
  first.socket.destroy()
  await close()
})

test('a large body that finds no room is refused before it is read, and one that ends makes room', async () => {
  const { send, close } = await setup({ requestBytes: 1_500_000 })
  const first = await send(1_000_000)
  const second = await send(1_000_000)
  expect(await second.answer).toMatch(/^HTTP\/1.1 503 [^]*"code":-32005/)
  second.socket.destroy()
  first.socket.destroy()
  await first.closed
  await settle()
  const third = await send(1_000_000)
  third.socket.write('x'.repeat(1_000_000))
  expect(await third.answer).toMatch(/^HTTP\/1.1 200 /)
  third.socket.destroy()
  await close()
})

/** A door whose every answer is large, and clients that do not read. */
async function setup(change: Partial<typeof rpcLimitsByDefault> = {}) {
  const clock = createManualClock(0)
  const limits = { ...rpcLimitsByDefault, ...change }
  const answer = 'x'.repeat(ANSWER_BYTES)
  let [slow, asked] = [0, Promise.withResolvers<void>()]
  const door = createHttpDoor({
    dispatcher: {
      dispatch: async () => {
        asked.resolve()
        return answer
      },
    },
    clock,
    limits,
    metrics: {
      slowClient: () => {
        slow += 1
      },
    },
    budget: createSendBudget(limits),
    received: createReceiveBudget(limits),
    registry: new Registry(),
    hosts: [],
    origins: [],
    health: () => ({ status: 'ok', block: 0, blockAgeSeconds: 0 }),
    onFault: (failure) => {
      throw failure
    },
  })
  const { hostname, port } = new URL(await door.listen({ port: 0 }))
  const open = async () => {
    const socket = createConnection(Number(port), hostname)
    const closed = once(socket, 'close')
    await once(socket, 'connect')
    return { socket, closed }
  }
  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json'
  return {
    clock,
    slowClients: () => slow,
    close: () => door.close(),
    ask: async () => {
      const { socket, closed } = await open()
      socket.pause()
      asked = Promise.withResolvers()
      socket.write(`${head}\r\nContent-Length: 2\r\n\r\n{}`)
      await asked.promise
      await settle()
      return { socket, closed }
    },
    /** Announces a body of so many bytes, and sends none of it. */
    send: async (bytes: number) => {
      const { socket, closed } = await open()
      const told = once(socket, 'data').then(([data]: Buffer[]) => String(data))
      socket.write(`${head}\r\nContent-Length: ${bytes}\r\n\r\n`)
      await settle()
      return { socket, closed, answer: told }
    },
  }
}

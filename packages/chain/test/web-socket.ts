/** Clients over WebSocket. */

import { WebSocket } from 'ws'

/** Opens a connection and returns `open`, or why it could not be. */
export function openingOf(url: string, origin?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { ...(origin !== undefined && { origin }) })
    socket.on('error', (error) => resolve(error.message))
    socket.on('open', () => {
      resolve('open')
      socket.close()
    })
  })
}

/** Opens a client that takes answers one by one, and what it is told in between. */
export async function connect(url: string, options: { readonly autoPong?: boolean } = {}) {
  const socket = new WebSocket(url, options)
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve) => socket.on('open', resolve))
  const queues = { answers: createQueue(), told: createQueue() }
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString())
    const isTold = typeof message === 'object' && message !== null && 'method' in message
    queues[isTold ? 'told' : 'answers'].put(message)
  })
  return {
    socket,
    closed,
    told: () => queues.told.take(),
    ask: (text: string) => {
      socket.send(text)
      return queues.answers.take()
    },
  }
}

function createQueue() {
  const waiting: ((message: unknown) => void)[] = []
  const kept: unknown[] = []
  return {
    put: (message: unknown): void => {
      const take = waiting.shift()
      if (take === undefined) kept.push(message)
      else take(message)
    },
    take: (): Promise<unknown> =>
      kept.length > 0
        ? Promise.resolve(kept.shift())
        : new Promise((resolve) => waiting.push(resolve)),
  }
}

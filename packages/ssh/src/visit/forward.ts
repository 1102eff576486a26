import { once } from 'node:events'
import type { Duplex } from 'node:stream'

import type { ServerChannel } from 'ssh2'

import { createChannelOutput, type OutputParts } from '../session/channel-output.ts'

/** A connection that a client wants to have forwarded. */
export type Forward = Omit<OutputParts, 'channel'> & {
  readonly accept: () => ServerChannel
  readonly reject: () => void
  readonly connect: () => Promise<Duplex>
}

/** Leads a forwarded connection to its port until both ends are done, or one breaks off. Never throws. */
export async function forward(parts: Forward): Promise<void> {
  const { accept, reject, connect, onBytes, signal } = parts
  let port: Duplex
  try {
    port = await connect()
  } catch {
    return reject()
  }
  port.on('error', () => {})
  const channel = accept()
  const over = new AbortController()
  const close = (): void => {
    over.abort()
    port.destroy()
    channel.close()
  }
  signal.addEventListener('abort', close, { once: true })
  channel.once('close', close)
  port.once('close', close)
  const output = createChannelOutput({ ...parts, channel, signal: over.signal })
  output.once('finish', () => channel.eof())
  channel.on('data', onBytes).pipe(port)
  port.pipe(output)
  await Promise.all([once(channel, 'end'), once(output, 'finish')].map(settle(over.signal)))
  signal.removeEventListener('abort', close)
  close()
  return undefined
}

/** Returns what waits for something, but not after the end. */
function settle(signal: AbortSignal): (waited: Promise<unknown>) => Promise<unknown> {
  const ended = once(signal, 'abort')
  return (waited) => Promise.race([waited.catch(() => {}), ended])
}

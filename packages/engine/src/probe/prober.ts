import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:net'

import type { ExecSession } from '../container/container.ts'
import type { ProbeHandler, ProbeOutcome } from './probe.ts'
import type { Prober } from './watch-health.ts'

/** The container that is probed. */
export type ProbeTarget = {
  /** Its address in its network. */
  readonly address: string
  readonly exec: (command: readonly string[]) => Promise<ExecSession>
}

/** Most bytes of an answer that are read; the rest is of no interest. */
const MOST_BYTES = 10 * 1024

/** Returns a prober of a container, which is reached at its own address and nowhere else. */
export function createProber({ address, exec }: ProbeTarget): Prober {
  return (handler, signal) => {
    if (handler.type === 'exec') return probeExec(() => exec(handler.command), signal)
    if (handler.type === 'tcp') return probeTcp(address, handler.port, signal)
    return probeHttp(address, handler, signal)
  }
}

/** Passes where the answer's status is from 200 to 399; a redirect is not followed, nor a certificate looked at. */
function probeHttp(
  host: string,
  { scheme, port, path, headers }: Extract<ProbeHandler, { type: 'http' }>,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const request = scheme === 'https' ? requestHttps : requestHttp
  const options = {
    host,
    port,
    path,
    signal,
    agent: false,
    rejectUnauthorized: false,
    headers: { 'user-agent': 'nexqloud-probe', accept: '*/*', ...headers },
  } as const
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      const status = answer.statusCode ?? 0
      const outcome = { passed: status >= 200 && status < 400, message: `HTTP status ${status}` }
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MOST_BYTES) answer.destroy()
      })
      answer.once('close', () => resolve(outcome))
      answer.once('error', () => resolve(outcome))
    })
    asked.once('error', (failure) => reject(inWords(failure, port)))
    // Where nobody listens for it there is no end, not even by the signal.
    asked.once('upgrade', (answer, socket) => {
      socket.destroy()
      resolve({ passed: false, message: `HTTP status ${answer.statusCode ?? 0}` })
    })
    asked.end()
  })
}

/** Passes where somebody takes the connection. */
function probeTcp(host: string, port: number, signal: AbortSignal): Promise<ProbeOutcome> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('error', (failure) => reject(inWords(failure, port)))
    socket.once('connect', () => {
      socket.destroy()
      resolve({ passed: true, message: `port ${port} is open` })
    })
  })
}

/** Tenants look for a port that they know, not for an address of somebody else's machine. */
function inWords(failure: NodeJS.ErrnoException, port: number): Error {
  if (failure.code !== 'ECONNREFUSED') return failure
  return new Error(`nothing listens on port ${port}`, { cause: failure })
}

/** Passes where the command ends with 0. */
async function probeExec(
  start: () => Promise<ExecSession>,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const session = await start()
  const stop = (): void => session.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) stop()
    const said = await readStart(session)
    const code = await session.exitCode()
    const message = `exit code ${code}${said === '' ? '' : `: ${said}`}`
    return { passed: code === 0, message }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Reads all of the output, and returns the beginning of it. */
async function readStart({ output }: ExecSession): Promise<string> {
  let text = ''
  for await (const { bytes } of output) {
    if (text.length < MOST_MESSAGE) text += Buffer.from(bytes).toString()
  }
  return text.slice(0, MOST_MESSAGE).trim()
}

const MOST_MESSAGE = 256

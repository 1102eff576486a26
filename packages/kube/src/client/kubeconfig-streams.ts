import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'

import { WebSocket, type RawData } from 'ws'

import { execChannels as channels, execProtocols } from '../exec-protocol.ts'
import type {
  ContainerTarget,
  KubeletStreams,
  LogOptions,
  ProcessRequest,
} from '../server/streams/kubelet-streams.ts'
import { StatusError, type Status } from '../status-error.ts'
import { ApiUnreachableError } from './errors.ts'
import { kinds, pathOf } from './kind.ts'
import { openKubeconfig, parseStatus } from './kubeconfig.ts'

/** Logs of containers, and commands in them. */
export type ContainerStreams = Pick<KubeletStreams, 'log' | 'run'>

/**
 * Returns the way to the containers of any Kubernetes that a kubeconfig names; it finds their nodes itself. Everything throws
 * {@link StatusError} where the server refuses, and {@link ApiUnreachableError} where nobody answers or it breaks off.
 */
export function createKubeconfigStreams(kubeconfig: string): ContainerStreams {
  return {
    async *log(target, options, signal) {
      const config = await openKubeconfig(kubeconfig)
      const query = { container: target.container, ...logQuery(options) }
      const response = await config.send({
        method: 'GET',
        path: pathTo(target, 'log'),
        query,
        signal,
      })
      try {
        for await (const chunk of response.body ?? []) yield chunk as Uint8Array
      } catch (failure) {
        if (!signal.aborted) throw new ApiUnreachableError(config.server, failure)
      } finally {
        await config.close()
      }
    },
    run: async (target, process) => {
      const config = await openKubeconfig(kubeconfig)
      const url = new URL(
        `${config.server}${pathTo(target, 'exec')}?${processQuery(target, process)}`,
      )
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
      return runOver(await openSocket(url, await config.httpsOptions()), process)
    },
  }
}

function pathTo({ namespace, pod }: ContainerTarget, subresource: string): string {
  return pathOf(kinds.pods, { namespace, name: pod, subresource })
}

function logQuery(options: LogOptions): Readonly<Record<string, string>> {
  const asked = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== false,
  )
  return Object.fromEntries(asked.map(([name, value]) => [name, String(value)]))
}

function processQuery(
  { container }: ContainerTarget,
  { command, isTty, stdin }: ProcessRequest,
): string {
  const query = new URLSearchParams({
    container,
    stdin: String(stdin !== undefined),
    stdout: 'true',
    // A terminal has one output.
    stderr: String(!isTty),
    tty: String(isTty),
  })
  for (const part of command) query.append('command', part)
  return query.toString()
}

async function openSocket(url: URL, options: RequestOptions): Promise<WebSocket> {
  const socket = new WebSocket(url, execProtocols, options)
  const opened = Promise.withResolvers<void>()
  socket.once('open', opened.resolve)
  socket.once('error', (failure) => opened.reject(new ApiUnreachableError(url.origin, failure)))
  socket.once('unexpected-response', (_, response: IncomingMessage) => {
    const refusal = async () =>
      new StatusError(parseStatus(await text(response), response.statusCode ?? 0))
    refusal().then(opened.reject, opened.reject)
  })
  await opened.promise
  // Its end tells.
  socket.on('error', () => {})
  return socket
}

async function runOver(socket: WebSocket, process: ProcessRequest): Promise<number> {
  const { stdin, stdout, stderr, onResize, signal } = process
  const send = (channel: number, bytes: Uint8Array | string): void => {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]))
  }
  let status: Status | undefined
  socket.on('message', (data: RawData) => {
    const [channel, bytes] = [(data as Buffer)[0], (data as Buffer).subarray(1)]
    if (channel === channels.stdout) pour(socket, stdout, bytes)
    if (channel === channels.stderr) pour(socket, stderr, bytes)
    if (channel === channels.status) status = parseStatus(bytes.toString(), 500)
  })
  const stop = (): void => socket.close()
  signal.addEventListener('abort', stop)
  onResize(({ width: Width, height: Height }) =>
    send(channels.resize, JSON.stringify({ Width, Height })),
  )
  const give = (bytes: Uint8Array): void => send(channels.stdin, bytes)
  const end = (): void => send(channels.close, Buffer.of(channels.stdin))
  stdin?.on('data', give).once('end', end)
  try {
    await once(socket, 'close')
  } finally {
    signal.removeEventListener('abort', stop)
    stdin?.off('data', give).off('end', end).pause()
  }
  return exitCodeOf(socket, status)
}

/** Who reads slowly slows the process down. */
function pour(socket: WebSocket, output: NodeJS.WritableStream, bytes: Uint8Array): void {
  if (output.write(bytes)) return
  socket.pause()
  output.once('drain', () => socket.resume())
}

/** Source: k8s.io/client-go/tools/remotecommand, `errorDecoderV4`. */
function exitCodeOf({ url }: WebSocket, status: Status | undefined): number {
  if (status === undefined) {
    throw new ApiUnreachableError(new URL(url).origin, new Error('the connection broke off'))
  }
  if (status.status === 'Success') return 0
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')
  if (status.reason !== 'NonZeroExitCode' || cause === undefined) throw new StatusError(status)
  return Number(cause.message)
}

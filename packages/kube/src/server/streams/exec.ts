import { PassThrough, Writable } from 'node:stream'

import type { WebSocket } from 'ws'

import { execChannels as channels } from '../../exec-protocol.ts'
import { StatusError } from '../../status-error.ts'
import type { ReachableContainer } from './container-target.ts'
import type { ProcessRequest, TerminalSize } from './kubelet-streams.ts'

/** A process to be run, and where. */
type Served = {
  readonly container: ReachableContainer
  readonly command: readonly string[]
  readonly isTty: boolean
  readonly hasStdin: boolean
}

/** Serves a process to a client's WebSocket: its output and how it ended go out, input and terminal sizes come in. */
export function serveProcess(
  socket: WebSocket,
  { container, command, isTty, hasStdin }: Served,
): void {
  const ended = new AbortController()
  const stdin = hasStdin ? new PassThrough() : undefined
  // The process may end before its input does.
  stdin?.on('error', () => {})
  const resizing: ((size: TerminalSize) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const [channel, rest] = [data[0], data.subarray(1)]
    if (channel === channels.stdin && stdin !== undefined) takeInput(socket, stdin, rest)
    if (channel === channels.close && rest[0] === channels.stdin) stdin?.end()
    const size = channel === channels.resize ? parseSize(rest) : undefined
    if (size !== undefined) for (const resize of resizing) resize(size)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ended.abort()
    stdin?.end()
  })
  const { target, streams } = container
  const process: ProcessRequest = {
    command,
    isTty,
    stdin,
    stdout: createOutput(socket, channels.stdout, ended),
    stderr: createOutput(socket, channels.stderr, ended),
    onResize: (resize) => resizing.push(resize),
    signal: ended.signal,
  }
  void tellEnd(socket, streams.run(target, process))
}

async function tellEnd(socket: WebSocket, running: Promise<number>): Promise<void> {
  const status = await running.then(exitStatus, failureStatus)
  socket.send(Buffer.concat([Buffer.of(channels.status), Buffer.from(JSON.stringify(status))]))
  socket.close(1000)
}

function takeInput(socket: WebSocket, stdin: PassThrough, data: Buffer): void {
  if (stdin.writableEnded || stdin.write(data)) return
  socket.pause()
  stdin.once('drain', () => socket.resume())
}

function createOutput(socket: WebSocket, channel: number, ended: AbortController): Writable {
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      socket.send(Buffer.concat([Buffer.of(channel), chunk]), (error) => done(error ?? null))
    },
  })
  // The client is gone, and the process is to go too.
  output.on('error', () => ended.abort())
  return output
}

function parseSize(bytes: Buffer): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(bytes.toString()) as Record<string, unknown>
    return typeof Width === 'number' && typeof Height === 'number'
      ? { width: Width, height: Height }
      : undefined
  } catch {
    return undefined
  }
}

function exitStatus(code: number) {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with exit code ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}

function failureStatus(failure: unknown) {
  if (failure instanceof StatusError) return failure.status
  const message = failure instanceof Error ? failure.message : String(failure)
  return { metadata: {}, status: 'Failure', reason: 'InternalError', message, code: 500 }
}

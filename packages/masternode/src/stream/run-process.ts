import type { Duplex, Readable, Writable } from 'node:stream'

import { channels, createPieceReader, encodePiece } from '@nexqloud/device'
import type { ProcessRequest, TerminalSize } from '@nexqloud/kube'
import { z } from 'zod'

import { streamFailure } from './refusal.ts'

/** The part of core/v1 Status that tells how a command ended. */
const commandStatus = z.object({
  status: z.enum(['Success', 'Failure']),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string(), message: z.string() })) })
    .optional(),
})

/** Joins a process that runs at the other end of a stream to who talks to it, and returns its exit code. */
export async function runProcess(stream: Duplex, process: ProcessRequest): Promise<number> {
  const { stdin, stdout, stderr, onResize } = process
  onResize(createResizer(stream))
  const feeding = stdin === undefined ? undefined : feed(stdin, stream)
  try {
    return await pour(stream, { stdout, stderr })
  } catch (failure) {
    throw streamFailure(failure)
  } finally {
    stream.destroy()
    await feeding
  }
}

/** Returns what tells sizes: while one waits to be taken, only the newest of the others is kept. */
function createResizer(stream: Duplex): (size: TerminalSize) => void {
  let newest: TerminalSize | undefined
  let isWriting = false
  const next = (): void => {
    isWriting = newest !== undefined && stream.writable
    if (newest === undefined || !isWriting) return
    const { width: Width, height: Height } = newest
    newest = undefined
    stream.write(encodePiece(channels.resize, toJson({ Width, Height })), next)
  }
  return (size) => {
    newest = size
    if (!isWriting) next()
  }
}

/** Input that the process does not take any more is let fall: its output tells the rest. */
async function feed(stdin: Readable, stream: Duplex): Promise<void> {
  try {
    stream.once('close', () => void stdin.destroy())
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      await write(stream, encodePiece(channels.stdin, chunk))
    }
    await write(stream, encodePiece(channels.close, Buffer.of(channels.stdin)))
  } catch {
    // The stream is over.
  }
}

async function pour(
  stream: Duplex,
  { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable },
): Promise<number> {
  const read = createPieceReader()
  let code: number | undefined
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const { channel, bytes } of read(chunk)) {
      if (channel === channels.stdout) await write(stdout, bytes)
      if (channel === channels.stderr) await write(stderr, bytes)
      if (channel === channels.error) code = readExitCode(bytes)
    }
  }
  if (code === undefined) throw new RangeError('The device ended a command without its exit code.')
  return code
}

/** Resolves when the bytes were taken; rejects where nobody takes them any more. */
function write(writable: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    writable.write(bytes, (failure) => (failure == null ? resolve() : reject(failure)))
  })
}

function readExitCode(bytes: Buffer): number {
  const { status, message, details } = commandStatus.parse(JSON.parse(bytes.toString()))
  if (status === 'Success') return 0
  const cause = details?.causes.find(({ reason }) => reason === 'ExitCode')
  if (cause === undefined) throw new RangeError(message ?? 'The device could not run the command.')
  return Number.parseInt(cause.message, 10)
}

const toJson = (value: object): Buffer => Buffer.from(JSON.stringify(value))

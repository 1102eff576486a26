import type { ContainerEngine, ContainerId, ExecRequest, ExecSession } from '@nexqloud/engine'
import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'
import { z } from 'zod'

import { channels, createPieceReader, encodePiece, type ChannelPiece } from '../protocol/channel.ts'
import { formatStatus, statusOfExit } from './command-status.ts'
import { endByFailure } from './end-by-failure.ts'
import { createStreamPipe } from './stream-pipe.ts'

type ExecScene = {
  readonly engine: Pick<ContainerEngine, 'exec'>
  readonly id: ContainerId
  readonly request: ExecRequest
}

/** Runs a command in a container; what comes before it runs waits. It is let go of when the stream is reset. */
export function serveExec(stream: MuxStream, { engine, id, request }: ExecScene): StreamHandler {
  const opened = engine.exec(id, request)
  const read = createPieceReader()
  let taken: Promise<void> = Promise.resolve()

  /** In order, each byte when the one before was taken: the command's pace is the stream's. */
  function take(bytes: number, action: (session: ExecSession) => Promise<void>): void {
    taken = takeNext(taken, { stream, bytes, run: async () => action(await opened) })
  }

  const { handler, signal, write } = createStreamPipe(stream, {
    onData: (bytes) => {
      const pieces = readPieces(stream, () => read(bytes))
      take(bytes.length, async (session) => {
        for (const piece of pieces) await giveInput(session, piece)
      })
    },
    onEnd: () => take(0, async (session) => session.endInput()),
  })
  async function pour(): Promise<void> {
    const session = await opened
    const close = (): void => session.close()
    signal.addEventListener('abort', close, { once: true })
    if (signal.aborted) close()
    for await (const { stream: name, bytes } of session.output) {
      await write(encodePiece(channels[name], bytes))
    }
    await write(encodePiece(channels.error, formatStatus(statusOfExit(await session.exitCode()))))
    stream.end()
  }
  pour().catch((error: unknown) => endByFailure(stream, error))
  return handler
}

type Taking = {
  readonly stream: MuxStream
  readonly bytes: number
  readonly run: () => Promise<void>
}

/** Input that the command does not take any more is let fall: its output tells the rest. */
async function takeNext(before: Promise<void>, { stream, bytes, run }: Taking): Promise<void> {
  await before
  await run().catch(() => {})
  stream.consumed(bytes)
}

function readPieces(
  stream: MuxStream,
  read: () => readonly ChannelPiece[],
): readonly ChannelPiece[] {
  try {
    return read()
  } catch (error) {
    stream.reset('protocolError', error instanceof Error ? error.message : '')
    return []
  }
}

const size = z.object({ Width: z.int().min(1).max(65_535), Height: z.int().min(1).max(65_535) })

async function giveInput(session: ExecSession, { channel, bytes }: ChannelPiece): Promise<void> {
  if (channel === channels.stdin) await session.write(bytes)
  if (channel === channels.close) session.endInput()
  if (channel === channels.resize) {
    const { Width: columns, Height: rows } = size.parse(JSON.parse(bytes.toString()))
    await session.resize({ columns, rows })
  }
}

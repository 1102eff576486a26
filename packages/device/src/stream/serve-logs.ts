import type { ContainerEngine, ContainerId, LogRequest } from '@nexqloud/engine'
import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'

import { channels, encodePiece } from '../protocol/channel.ts'
import { formatStatus, SUCCESS } from './command-status.ts'
import { endByFailure } from './end-by-failure.ts'
import { createStreamPipe } from './stream-pipe.ts'

type Source = {
  readonly engine: Pick<ContainerEngine, 'readLogs'>
  readonly id: ContainerId
}

/** Writes what a container wrote into a stream, as it is. */
export function serveLogs(
  stream: MuxStream,
  { engine, id }: Source,
  request: Omit<LogRequest, 'signal'>,
): StreamHandler {
  const { handler, signal, write } = createStreamPipe(stream)
  async function pour(): Promise<void> {
    for await (const { bytes } of engine.readLogs(id, { ...request, signal })) {
      await write(Buffer.from(bytes))
    }
    stream.end()
  }
  pour().catch((error: unknown) => endByFailure(stream, error))
  return handler
}

/** Writes what a container writes from now on into a stream, in channels. */
export function serveAttach(stream: MuxStream, { engine, id }: Source): StreamHandler {
  const { handler, signal, write } = createStreamPipe(stream)
  async function pour(): Promise<void> {
    const request = { follow: true, tailLines: 0, signal }
    for await (const { stream: name, bytes } of engine.readLogs(id, request)) {
      await write(encodePiece(channels[name], bytes))
    }
    await write(encodePiece(channels.error, formatStatus(SUCCESS)))
    stream.end()
  }
  pour().catch((error: unknown) => endByFailure(stream, error))
  return handler
}

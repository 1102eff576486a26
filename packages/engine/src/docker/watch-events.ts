import type { ContainerEvent } from '../container/container.ts'
import type { ContainerId } from '../container/specification.ts'
import { EngineUnreachableError } from '../errors.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { eventAnswer } from './answers.ts'
import type { Connection } from './connection.ts'
import { dialStream } from './dial-stream.ts'
import { readJsonLines } from './lines.ts'

/** The engines' words for what happens; all others are left out. */
const types: Readonly<Record<string, ContainerEvent['type']>> = {
  start: 'started',
  die: 'died',
  died: 'died',
  destroy: 'removed',
  remove: 'removed',
}

/** Watches what happens to the owner's containers; see {@link ContainerEngine.watchEvents}. */
export async function watchEvents(
  connection: Connection,
  signal: AbortSignal,
): Promise<AsyncIterable<ContainerEvent>> {
  const label = [`${OWNER_LABEL}=${connection.owner}`]
  const query = { filters: JSON.stringify({ type: ['container'], label }) }
  const source = await connection.stream({
    asked: 'watch events',
    call: (docker) => dialStream(docker, { path: '/events?', query, signal }),
  })
  return readEvents(source, { signal, socketPath: connection.socketPath })
}

async function* readEvents(
  source: NodeJS.ReadableStream,
  { signal, socketPath }: { readonly signal: AbortSignal; readonly socketPath: string },
): AsyncGenerator<ContainerEvent> {
  try {
    for await (const { Action, Actor, timeNano } of readJsonLines(source, eventAnswer)) {
      const type = types[Action]
      const exitCode = Actor.Attributes?.['exitCode'] ?? Actor.Attributes?.['containerExitCode']
      if (type === undefined) continue
      yield {
        type,
        id: Actor.ID as ContainerId,
        atMs: Math.floor(timeNano / 1e6),
        ...(type === 'died' && exitCode !== undefined && { exitCode: Number(exitCode) }),
      }
    }
  } catch (cause) {
    if (!signal.aborted) throw new EngineUnreachableError(socketPath, cause)
  }
  if (!signal.aborted) throw new EngineUnreachableError(socketPath)
}

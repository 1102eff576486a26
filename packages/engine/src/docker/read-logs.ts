import type { LogRequest, OutputChunk } from '../container/container.ts'
import type { ContainerId } from '../container/specification.ts'
import { EngineUnreachableError } from '../errors.ts'
import type { Connection } from './connection.ts'
import { demultiplex } from './demultiplex.ts'
import { dialStream } from './dial-stream.ts'
import type { OwnedContainers } from './owned-containers.ts'

/**
 * Reads what a container wrote; the whole of it is never in memory.
 *
 * @yields a part of it.
 */
export async function* readLogs(
  connection: Connection,
  containers: OwnedContainers,
  { id, request }: { readonly id: ContainerId; readonly request: LogRequest },
): AsyncGenerator<OutputChunk> {
  const { follow = false, sinceMs, tailLines, timestamps = false, signal } = request
  const { Config } = await containers.inspect(id)
  if (isAborted(signal)) return
  const query = {
    stdout: true,
    stderr: true,
    follow,
    timestamps,
    ...(sinceMs !== undefined && { since: (sinceMs / 1000).toFixed(3) }),
    ...(tailLines !== undefined && { tail: tailLines }),
  }
  const path = `/containers/${id}/logs?`
  const source = await connection.stream({
    asked: `read the output of container ${id.slice(0, 12)}`,
    call: (docker) => dialStream(docker, { path, query, signal }),
  })
  try {
    if (Config.Tty)
      for await (const bytes of source) yield { stream: 'stdout', bytes: Buffer.from(bytes) }
    else yield* demultiplex(source as AsyncIterable<Uint8Array>)
  } catch (cause) {
    if (!isAborted(signal)) throw new EngineUnreachableError(connection.socketPath, cause)
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false
}

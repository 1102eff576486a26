import type { ImageId } from '../image/image.ts'
import type { ContainerId } from './specification.ts'

/** What a container does. `created` has not run yet. */
export type ContainerState = 'created' | 'running' | 'exited'

/** A container of ours, as a list shows it. */
export type Container = {
  readonly id: ContainerId
  readonly name: string
  readonly image: ImageId
  readonly state: ContainerState
  /** Those of the specification. */
  readonly labels: Readonly<Record<string, string>>
}

/** A container of ours in full. */
export type ContainerStatus = Container & {
  readonly createdAtMs: number
  /** Of the last run. */
  readonly startedAtMs?: number
  /** Once it has exited. */
  readonly exit?: ContainerExit
  /** Its address in its network, while it runs. */
  readonly address?: string
}

/** How a container's last run ended. */
export type ContainerExit = {
  readonly code: number
  /** Whether it needed more memory than it may have; left out where the engine cannot tell. */
  readonly isOomKilled?: boolean
  readonly finishedAtMs: number
  /** Why it could not even start. */
  readonly error?: string
}

/** Bytes that a process wrote. Of a terminal all are `stdout`. */
export type OutputChunk = { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }

/** Which part of a container's output to read. */
export type LogRequest = {
  /** Go on until the container ends, or the signal aborts. */
  readonly follow?: boolean
  /** Nothing older than this second. */
  readonly sinceMs?: number
  /** So many of the last lines. */
  readonly tailLines?: number
  /** Begin each line with its time (RFC 3339) and a space. */
  readonly timestamps?: boolean
  readonly signal?: AbortSignal
}

/** A command to run inside a container. */
export type ExecRequest = {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly user?: string
  readonly workingDir?: string
  readonly tty?: boolean
  /** Whether it reads what {@link ExecSession.write} sends; it reads nothing otherwise. */
  readonly stdin?: boolean
}

/** A command that runs inside a container. */
export type ExecSession = {
  /** What it writes, as fast as it is read; ends with it. Read it once. */
  readonly output: AsyncIterable<OutputChunk>
  /** Resolves once the engine has taken the bytes. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** Ends its standard input. May be called twice. */
  readonly endInput: () => void
  /** Tells its terminal the size of the window; does nothing once the command has ended. */
  readonly resize: (size: { readonly columns: number; readonly rows: number }) => Promise<void>
  /**
   * Resolves after the output was read to its end: its exit code; 126 or 127 where there is no such command.
   *
   * @throws {@link EngineUnreachableError} where the engine went away.
   */
  readonly exitCode: () => Promise<number>
  /** Lets go of it. The engine cannot kill it: it ends when it reads, or writes to, what is closed. */
  readonly close: () => void
}

/** What a container has used since it started. */
export type ContainerStats = {
  readonly cpuNanoseconds: bigint
  /** Without what the kernel would drop at once (working set, as the kubelet counts it). */
  readonly memoryBytes: number
  readonly pids: number
  readonly receivedBytes: number
  readonly sentBytes: number
}

/**
 * What a container shows of itself when it is looked at: it runs, and the network it is in answers; that does not answer; somebody keeps it from
 * running, from outside (paused, frozen, stopped); it has ended.
 */
export type LifeSign = 'lives' | 'silent' | 'held' | 'ended'

/** Something that happened to a container of ours. */
export type ContainerEvent = {
  readonly type: 'started' | 'died' | 'removed'
  readonly id: ContainerId
  readonly atMs: number
  /** Of one that died. */
  readonly exitCode?: number
}

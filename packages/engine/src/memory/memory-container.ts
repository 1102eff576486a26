import type { Clock } from '@nexqloud/kernel'

import type {
  ContainerEvent,
  ContainerExit,
  ContainerState,
  ExecRequest,
  ExecSession,
  LogRequest,
  OutputChunk,
} from '../container/container.ts'
import type { ContainerId, ContainerSpecification } from '../container/specification.ts'
import { ContainerStateError, StartFailedError } from '../errors.ts'
import type { MemoryImage } from './memory-image.ts'
import { createSession, startProgram, type RunningProgram } from './memory-process.ts'
import { createPipe, type Pipe } from './pipe.ts'

/** A container that is none. */
export type MemoryContainer = {
  readonly id: ContainerId
  readonly specification: ContainerSpecification
  readonly createdAtMs: number
  readonly state: () => ContainerState
  readonly startedAtMs: () => number | undefined
  readonly exit: () => ContainerExit | undefined
  readonly start: () => void
  readonly stop: (graceSeconds: number) => Promise<void>
  readonly kill: () => Promise<void>
  readonly exec: (request: ExecRequest) => ExecSession
  readonly readLogs: (request: LogRequest) => AsyncIterable<OutputChunk>
}

type Surroundings = {
  readonly id: ContainerId
  readonly image: MemoryImage
  readonly clock: Clock
  readonly onEvent: (event: ContainerEvent) => void
}

type Line = OutputChunk & { readonly atMs: number }
type Run = RunningProgram & { readonly ended: Promise<void> }

/** Returns a container that does not run yet. */
export function createMemoryContainer(
  specification: ContainerSpecification,
  { id, image, clock, onEvent }: Surroundings,
): MemoryContainer {
  let output: Pipe<Line> = createPipe()
  let state: ContainerState = 'created'
  let startedAtMs: number | undefined
  let exit: ContainerExit | undefined
  let run: Run | undefined
  output.end()

  function start(): void {
    if (state === 'running') return
    const request = requestOf(specification, image)
    const program = image.programs[request.command[0] ?? ''] ?? image.others?.main
    if (program === undefined)
      throw new StartFailedError(id, `"${request.command[0]}" was not found`)
    const pipe = createPipe<Line>()
    for (const line of output.values) pipe.write(line)
    output = pipe
    const print = (chunk: OutputChunk): void => pipe.write({ ...chunk, atMs: clock.wallMs() })
    const running = startProgram(program, { request, print, input: createPipe() })
    state = 'running'
    startedAtMs = clock.wallMs()
    exit = undefined
    onEvent({ type: 'started', id, atMs: startedAtMs })
    run = { ...running, ended: running.exitCode.then(finish).finally(pipe.end) }
  }

  function finish(code: number): void {
    const finishedAtMs = clock.wallMs()
    state = 'exited'
    exit = { code, isOomKilled: false, finishedAtMs }
    onEvent({ type: 'died', id, atMs: finishedAtMs, exitCode: code })
  }

  return {
    id,
    specification,
    createdAtMs: clock.wallMs(),
    state: () => state,
    startedAtMs: () => startedAtMs,
    exit: () => exit,
    start,
    stop: (graceSeconds) => stopRun(run, clock, graceSeconds * 1000),
    kill: async () => {
      run?.kill()
      await run?.ended
    },
    exec: (request) => {
      if (state !== 'running') throw new ContainerStateError(id, { asked: 'run a command', state })
      const known = image.programs[request.command[0] ?? '']
      const program = known ?? image.others?.exec ?? (async () => 127)
      return createSession(program, request)
    },
    readLogs: (request) => readLines(output, request),
  }
}

function requestOf(
  { command, args, env, user, workingDir }: ContainerSpecification,
  image: MemoryImage,
): ExecRequest {
  return {
    command: command === undefined ? (args ?? image.command) : [...command, ...(args ?? [])],
    ...(env && { env }),
    ...(user !== undefined && { user }),
    ...(workingDir !== undefined && { workingDir }),
  }
}

async function stopRun(run: Run | undefined, clock: Clock, graceMs: number): Promise<void> {
  if (run === undefined) return
  run.terminate()
  const ended = new AbortController()
  const wait = run.ended.then(() => ended.abort())
  await clock.delay(graceMs, ended.signal)
  run.kill()
  await wait
}

async function* readLines(output: Pipe<Line>, request: LogRequest): AsyncGenerator<OutputChunk> {
  const { follow = false, sinceMs = 0, tailLines = Infinity, timestamps = false, signal } = request
  if (!follow && output.values.length === 0) return
  const written = output.values.length
  const first = Math.max(0, written - tailLines)
  let number = first
  for await (const { stream, bytes, atMs } of output.read(first, signal)) {
    number += 1
    const stamp = timestamps ? `${new Date(atMs).toISOString()} ` : ''
    if (atMs >= sinceMs) yield { stream, bytes: Buffer.concat([Buffer.from(stamp), bytes]) }
    if (!follow && number >= written) return
  }
}

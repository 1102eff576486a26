import type { ExecRequest, ExecSession, OutputChunk } from '../container/container.ts'
import type { MemoryProcess, MemoryProgram } from './memory-image.ts'
import { createPipe, type Pipe } from './pipe.ts'

/** Exit code of a process that was killed. */
const KILLED = 137

/** A program that runs. */
export type RunningProgram = {
  readonly exitCode: Promise<number>
  readonly terminate: () => void
  readonly kill: () => void
}

type Surroundings = {
  readonly request: ExecRequest
  readonly print: (chunk: OutputChunk) => void
  readonly input: Pipe<Uint8Array>
  readonly terminal?: MemoryProcess['terminal']
}

/** Runs a program until it ends or is killed. */
export function startProgram(
  program: MemoryProgram,
  { request, print, input, terminal = () => ({ columns: 80, rows: 24 }) }: Surroundings,
): RunningProgram {
  const [terminated, killed] = [new AbortController(), new AbortController()]
  const death = new Promise<number>((resolve) =>
    killed.signal.addEventListener('abort', () => resolve(KILLED)),
  )
  const process: MemoryProcess = {
    command: request.command,
    env: request.env ?? {},
    user: request.user ?? '0',
    workingDir: request.workingDir ?? '/',
    stdin: input.read(0, killed.signal),
    terminated: terminated.signal,
    killed: killed.signal,
    terminal,
    print: (text, stream = 'stdout') => {
      if (!killed.signal.aborted) print({ stream, bytes: Buffer.from(text) })
    },
  }
  return {
    exitCode: Promise.race([program(process), death]),
    terminate: () => terminated.abort(),
    kill: () => killed.abort(),
  }
}

/** Runs a program as a command in a container. */
export function createSession(program: MemoryProgram, request: ExecRequest): ExecSession {
  const output = createPipe<OutputChunk>()
  const input = createPipe<Uint8Array>()
  let size = { columns: 80, rows: 24 }
  if (request.stdin !== true) input.end()
  const { exitCode, kill } = startProgram(program, {
    request,
    print: output.write,
    input,
    terminal: () => size,
  })
  const ended = exitCode.finally(output.end)
  return {
    output: output.read(0),
    write: async (bytes) => input.write(bytes),
    endInput: input.end,
    resize: async (wanted) => {
      size = wanted
    },
    exitCode: () => ended,
    close: () => {
      input.end()
      kill()
    },
  }
}

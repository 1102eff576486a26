import type { Duplex } from 'node:stream'

import type { Clock } from '@nexqloud/kernel'

import type { ExecRequest, ExecSession, OutputChunk } from '../container/container.ts'
import type { ContainerId } from '../container/specification.ts'
import {
  ContainerNotFoundError,
  ContainerStateError,
  EngineFailedError,
  EngineUnreachableError,
} from '../errors.ts'
import { execAnswer, execCreatedAnswer } from './answers.ts'
import { ignoreStatus, type Connection, type Refusal } from './connection.ts'
import { demultiplex } from './demultiplex.ts'

/** An engine says that a command runs a little longer than its output lasts. */
const LOOK_AGAIN_MS = 20
const LOOKS = 250

/** Runs a command in a container of the owner; see {@link ContainerEngine.exec}. */
export async function startExec(
  connection: Connection,
  clock: Clock,
  { id, request }: { readonly id: ContainerId; readonly request: ExecRequest },
): Promise<ExecSession> {
  const { command, env = {}, user, workingDir, tty = false, stdin = false } = request
  const { ask, owner, socketPath } = connection
  const asked = `run ${command[0] ?? 'nothing'} in container ${id.slice(0, 12)}`
  const meaning = (refusal: Refusal) => readRefusal(refusal, { id, owner })
  const created = await ask(
    {
      asked,
      meaning,
      call: (docker) =>
        docker.getContainer(id).exec({
          Cmd: [...command],
          AttachStdin: stdin,
          AttachStdout: true,
          AttachStderr: true,
          Tty: tty,
          Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
          ...(user !== undefined && { User: user }),
          ...(workingDir !== undefined && { WorkingDir: workingDir }),
        }),
    },
    execCreatedAnswer,
  )
  const exec = connection.docker.getExec(created.id)
  const socket = (await connection.stream({
    asked,
    meaning,
    call: () => exec.start({ hijack: true, stdin: true, Tty: tty }),
  })) as Duplex
  // Whoever reads learns of it; nobody has to.
  socket.on('error', () => {})

  let size: TerminalSize | undefined
  async function tellSize(): Promise<void> {
    if (size === undefined) return
    const { columns, rows } = size
    // Podman does it, and answers 201, which dockerode takes for a refusal; the others say that nobody is there.
    const call = () => exec.resize({ w: columns, h: rows }).catch(ignoreStatus(201, 404, 409, 500))
    await connection.tell({ asked: 'resize a terminal', call })
  }

  return {
    // Podman forgets a size that is told before the command runs; with its first output it does.
    output: readOutput(socket, { tty, socketPath, onFirst: tellSize }),
    write: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    endInput: () => void socket.end(),
    resize: async (wanted) => {
      size = wanted
      await tellSize()
    },
    exitCode: () => readExitCode(connection, clock, { execId: created.id, asked }),
    close: () => void socket.destroy(),
  }
}

function readRefusal(
  { status, reason }: Refusal,
  { id, owner }: { readonly id: ContainerId; readonly owner: string },
): Error | undefined {
  if (status === 404) return new ContainerNotFoundError(id, owner)
  const isDown = status === 409 || /not running|state improper|is paused/.test(reason)
  return isDown
    ? new ContainerStateError(id, { asked: 'run a command', state: 'not running' })
    : undefined
}

type TerminalSize = Parameters<ExecSession['resize']>[0]

type OutputOptions = {
  readonly tty: boolean
  readonly socketPath: string
  readonly onFirst: () => Promise<void>
}

async function* readOutput(
  socket: Duplex,
  { tty, socketPath, onFirst }: OutputOptions,
): AsyncGenerator<OutputChunk> {
  try {
    if (tty) yield* readTerminal(socket, onFirst)
    else yield* demultiplex(socket)
  } catch (cause) {
    throw new EngineUnreachableError(socketPath, cause)
  }
}

async function* readTerminal(
  socket: Duplex,
  onFirst: OutputOptions['onFirst'],
): AsyncGenerator<OutputChunk> {
  let isFirst = true
  for await (const bytes of socket) {
    if (isFirst) await onFirst()
    isFirst = false
    yield { stream: 'stdout', bytes }
  }
}

async function readExitCode(
  { ask }: Connection,
  clock: Clock,
  { execId, asked }: { readonly execId: string; readonly asked: string },
): Promise<number> {
  const question = {
    asked,
    call: (docker: Connection['docker']) => docker.getExec(execId).inspect(),
  }
  for (let look = 0; look < LOOKS; look += 1) {
    const { Running, ExitCode } = await ask(question, execAnswer)
    if (!Running && typeof ExitCode === 'number') return ExitCode
    await clock.delay(LOOK_AGAIN_MS, new AbortController().signal)
  }
  throw new EngineFailedError(asked, { reason: 'its output ended, but it still runs' })
}

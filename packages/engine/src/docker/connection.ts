import type Docker from 'dockerode'
import type { z } from 'zod'

import { EngineFailedError, EngineUnreachableError } from '../errors.ts'
import { loadDockerode } from './load-dockerode.ts'

/** A socket on which an engine answers. */
export type Connection = {
  readonly docker: Docker
  readonly socketPath: string
  /** What the containers, networks and images of this owner are marked with. */
  readonly owner: string
  /**
   * Asks, and reads the answer by its schema. `meaning` turns a refusal into an error of ours, or nothing.
   *
   * @throws {@link EngineUnreachableError}, {@link EngineFailedError}
   */
  readonly ask: <Schema extends z.ZodType>(
    question: Question,
    schema: Schema,
  ) => Promise<z.infer<Schema>>
  /** Asks, and takes any answer. */
  readonly tell: (question: Question) => Promise<void>
  /** Asks for a stream, which may be silent for as long as it likes. */
  readonly stream: (question: Question) => Promise<NodeJS.ReadableStream>
}

/** Something to ask of an engine. */
export type Question = {
  /** What is asked for, in words: `start container ab12`. */
  readonly asked: string
  readonly call: (docker: Docker) => Promise<unknown>
  /** How long it takes by itself. */
  readonly worksMs?: number
  /** Returns the error that a refusal is; nothing where it has no meaning of its own. */
  readonly meaning?: (refusal: Refusal) => Error | undefined
}

/** An answer that is not a success. */
export type Refusal = { readonly status: number; readonly reason: string }

/** Where an engine is, and how long it is waited for. */
type ConnectionOptions = {
  readonly socketPath: string
  readonly owner: string
  readonly patienceMs?: number
}

/** Removing a large image from a slow disk takes a minute. */
const PATIENCE_MS = 120_000

/** Returns a connection to the engine at a socket; nothing is sent yet. */
export function createConnection({
  socketPath,
  owner,
  patienceMs = PATIENCE_MS,
}: ConnectionOptions): Connection {
  const Dockerode = loadDockerode()
  /** Waits as long as it takes. */
  const docker = new Dockerode({ socketPath })

  async function answerTo({ asked, call, meaning }: Question, within?: number): Promise<unknown> {
    const asking = within === undefined ? docker : new Dockerode({ socketPath, timeout: within })
    try {
      return await (within === undefined ? call(asking) : answerWithin(call(asking), within))
    } catch (failure) {
      const refusal = readRefusal(failure)
      if (refusal === undefined) throw new EngineUnreachableError(socketPath, failure)
      throw meaning?.(refusal) ?? new EngineFailedError(asked, refusal)
    }
  }

  return {
    docker,
    socketPath,
    owner,
    ask: async (question, schema) => {
      const read = schema.safeParse(await answerTo(question, patienceMs))
      if (read.success) return read.data
      const reason = `its answer is not that of a container engine (${read.error.issues[0]?.path.join('.')})`
      throw new EngineFailedError(question.asked, { reason })
    },
    tell: async (question) => void (await answerTo(question, patienceMs + (question.worksMs ?? 0))),
    stream: async (question) => (await answerTo(question)) as NodeJS.ReadableStream,
  }
}

/** A socket that is silent is given up by itself; one on which something comes that is no answer, or never all of it, is not. */
async function answerWithin(answer: Promise<unknown>, withinMs: number): Promise<unknown> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${withinMs} ms`)), withinMs)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Returns what the engine said; nothing where it said nothing, for it is not there. */
function readRefusal(failure: unknown): Refusal | undefined {
  if (!(failure instanceof Error) || !('statusCode' in failure)) return undefined
  if (typeof failure.statusCode !== 'number') return undefined
  const text = failure.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim()
  return { status: failure.statusCode, reason: text === '' ? `status ${failure.statusCode}` : text }
}

/** Returns a handler that takes a refusal of this status for a success. */
export function ignoreStatus(...statuses: readonly number[]): (failure: unknown) => void {
  return (failure) => {
    const status = failure instanceof Error && 'statusCode' in failure ? failure.statusCode : 0
    if (!statuses.includes(Number(status))) throw failure
  }
}

import type { Clock } from '@nexqloud/kernel'
import { z } from 'zod'

import { createDeadline, type Deadline } from './deadline.ts'
import { errorToFailure, RpcError, rpcCode, type RpcFailure } from './errors.ts'
import { isNestedDeeper } from './json-depth.ts'
import type { MethodTable, Session } from './method.ts'

/** Answers texts. */
export type Dispatcher = {
  /**
   * Returns the text that answers a text: one answer, a batch of them, or nothing where nothing is to be answered. It never
   * fails.
   */
  readonly dispatch: (text: string, session: Session) => Promise<string | undefined>
}

/** How much one text may ask. */
export type DispatchLimits = {
  /** Requests of one batch. */
  readonly batch: number
  /** How long all of one text may take. */
  readonly timeoutMs: number
  /** Characters of all that is answered to one text; what goes beyond is refused. */
  readonly responseLength: number
}

/** How a request ended, for whoever counts. */
export type RequestReport = {
  /** One of the table, or `unknown`: a client must not be able to make up names. */
  readonly method: string
  /** 0 where it was answered. */
  readonly errorCode: number
  readonly seconds: number
}

/** What a dispatcher stands on. */
export type DispatcherParts = {
  readonly methods: MethodTable
  readonly limits: DispatchLimits
  readonly clock: Clock
  readonly takeCost: (client: string, cost: number) => boolean
  readonly onRequest: (report: RequestReport) => void
  /** Told of failures that nobody foresaw. */
  readonly onFault: (failure: unknown, method: string) => void
}

type Id = string | number | null

const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.null()]).optional(),
})

/** Returns a dispatcher over a table of methods, by JSON-RPC 2.0. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { limits } = parts
  return {
    dispatch: async (text, session) => {
      if (!parts.takeCost(session.client, Math.floor(text.length / TEXT_PER_COST))) {
        return failureText(null, greedy)
      }
      if (isNestedDeeper(text, MOST_LEVELS)) return failureText(null, nestedFailure)
      const request = parse(text)
      if (request === unparsable) return failureText(null, parseFailure)
      const { clock } = parts
      const time = createDeadline({ clock, timeoutMs: limits.timeoutMs, gone: session.signal })
      try {
        if (!Array.isArray(request)) {
          return await answer(parts, { request, session, time, most: limits.responseLength })
        }
        const refusal = refuseBatch(request, limits)
        if (refusal !== undefined) return failureText(null, refusal)
        return await answerBatch(parts, { requests: request, session, time })
      } finally {
        time.end()
      }
    },
  }
}

/** Characters that are read in the time that one cost stands for. */
const TEXT_PER_COST = 10_000

const greedy: RpcFailure = {
  code: rpcCode.limitExceeded,
  message: 'limit exceeded: too many requests, wait a moment',
}

const unparsable = Symbol('unparsable')

const parseFailure: RpcFailure = { code: rpcCode.parseError, message: 'parse error' }

/** A request with all that a method takes is nested half as deep. */
const MOST_LEVELS = 64

const nestedFailure: RpcFailure = {
  code: rpcCode.parseError,
  message: `parse error: nested deeper than ${MOST_LEVELS} levels`,
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return unparsable
  }
}

function refuseBatch(
  requests: readonly unknown[],
  { batch }: DispatchLimits,
): RpcFailure | undefined {
  if (requests.length === 0) return { code: rpcCode.invalidRequest, message: 'empty batch' }
  if (requests.length <= batch) return undefined
  return {
    code: rpcCode.invalidRequest,
    message: `batch too large: ${requests.length} requests, at most ${batch}`,
  }
}

type Asked = {
  readonly request: unknown
  readonly session: Session
  readonly time: Deadline
  /** Characters that the answer may have. */
  readonly most: number
}

/** One after the other: a batch is no way to ask for more at once. */
async function answerBatch(
  parts: DispatcherParts,
  asked: Omit<Asked, 'request' | 'most'> & { readonly requests: readonly unknown[] },
): Promise<string | undefined> {
  const { requests, ...rest } = asked
  const answers: string[] = []
  let most = parts.limits.responseLength
  for (const request of requests) {
    const text = most > 0 ? await answer(parts, { request, most, ...rest }) : refuseLength(request)
    if (text === undefined) continue
    most -= text.length
    answers.push(text)
  }
  return answers.length === 0 ? undefined : `[${answers.join()}]`
}

function refuseLength(request: unknown): string | undefined {
  const { data } = requestSchema.safeParse(request)
  if (data !== undefined && data.id === undefined) return undefined
  const code = rpcCode.responseTooLarge
  return failureText(data?.id ?? null, { code, message: 'response too large' })
}

async function answer(
  parts: DispatcherParts,
  { request, session, time, most }: Asked,
): Promise<string | undefined> {
  const { data, error } = requestSchema.safeParse(request)
  if (error !== undefined) {
    return failureText(null, { code: rpcCode.invalidRequest, message: 'invalid request' })
  }
  const { id, method, params } = data
  const startMs = parts.clock.steadyMs()
  const known = Object.hasOwn(parts.methods, method)
  const report = (errorCode: number): void =>
    parts.onRequest({
      method: known ? method : 'unknown',
      errorCode,
      seconds: (parts.clock.steadyMs() - startMs) / 1000,
    })
  try {
    const result = await run(parts, { method, params, session, time })
    const text = id === undefined ? undefined : successText(id, result)
    if (text !== undefined && text.length > most) {
      throw new RpcError(rpcCode.responseTooLarge, 'response too large')
    }
    report(0)
    return text
  } catch (failure) {
    const { isFault, ...told } = errorToFailure(failure)
    if (isFault) parts.onFault(failure, method)
    report(told.code)
    return id === undefined ? undefined : failureText(id, told)
  }
}

async function run(
  { methods, takeCost }: DispatcherParts,
  call: Omit<Asked, 'request' | 'most'> & { readonly method: string; readonly params?: unknown },
): Promise<unknown> {
  const { method: name, params = [], session, time } = call
  time.signal.throwIfAborted()
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (!takeCost(session.client, method?.cost ?? 1)) {
    throw new RpcError(rpcCode.limitExceeded, greedy.message)
  }
  if (method === undefined) {
    throw new RpcError(
      rpcCode.methodNotFound,
      `the method ${name.slice(0, 100)} does not exist/is not available`,
    )
  }
  if (params !== null && !Array.isArray(params)) {
    throw new RpcError(rpcCode.invalidParams, 'non-array args')
  }
  const asked = { ...session, signal: time.signal }
  return Promise.race([method.run(params ?? [], asked), time.passed])
}

function successText(id: Id, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result ?? null)}}`
}

/** Returns the text that says a request failed; `id` is null where it cannot be told. */
export function failureText(id: Id, error: RpcFailure): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}

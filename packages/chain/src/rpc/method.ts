import type { z } from 'zod'

import { RpcError, rpcCode } from './errors.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Who asks. */
export type Session = {
  /** What its limits are counted by: the address that it comes from, or the network of that address. */
  readonly client: string
  /** Aborts when nobody waits for the answer any more: what has not begun need not. */
  readonly signal?: AbortSignal
  /** What it is told of unasked; nothing where the door has no way to tell it. */
  readonly subscriptions?: Subscriptions
}

/** A method of the API. */
export type Method = {
  /** How much of a client's allowance it takes: 1 is a look into the cache, about 0.1 ms. */
  readonly cost: number
  /**
   * Answers with what becomes JSON.
   *
   * @throws {@link RpcError} where the parameters are not the method's, or it cannot be answered.
   */
  readonly run: (params: readonly unknown[], session: Session) => Promise<unknown>
}

/** Methods by their names. */
export type MethodTable = Readonly<Record<string, Method>>

type Definition<Params extends z.ZodType<readonly unknown[]>> = {
  /** A tuple: one schema for each parameter. */
  readonly params: Params
  readonly cost: number
  readonly handle: (params: z.output<Params>, session: Session) => unknown
}

/** Returns a method that checks its parameters before it is run; those left out at the end may be null too. */
export function defineMethod<Params extends z.ZodType<readonly unknown[]>>(
  definition: Definition<Params>,
): Method {
  const { params, cost, handle } = definition
  return {
    cost,
    run: async (given, session) => {
      const end = given.findLastIndex((value) => value !== null && value !== undefined)
      const { data, error } = params.safeParse(given.slice(0, end + 1))
      if (error !== undefined) throw new RpcError(rpcCode.invalidParams, explain(error, end + 1))
      return handle(data, session)
    },
  }
}

/** Names the first wrong parameter, as geth does. */
function explain({ issues: [issue] }: z.ZodError, given: number): string {
  if (issue === undefined) return 'invalid params'
  const [position, ...inside] = issue.path
  if (position === undefined) return explainCount(issue, given)
  const where = inside.length === 0 ? '' : ` (${inside.map(String).join('.')})`
  return `invalid argument ${String(position)}${where}: ${issue.message}`
}

function explainCount(issue: z.core.$ZodIssue, given: number): string {
  if (issue.code === 'too_big') return `too many arguments, want at most ${issue.maximum}`
  if (issue.code === 'too_small') return `missing value for required argument ${given}`
  return issue.message
}

import { BaseError } from '@nexqloud/kernel'
import { z } from 'zod'

import { errorKinds, RpcRemoteError, RpcViolationError } from './errors.ts'

/** Codes of JSON-RPC 2.0. */
export const rpcCodes = {
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** The failure of whoever answered; `data` has its own code. */
  failed: -32000,
} as const

/** Cancels a request, as the Language Server Protocol does it. */
export const CANCEL = '$/cancelRequest'

const id = z.int().min(1)
const jsonrpc = z.literal('2.0')
const failure = z.object({
  code: z.int(),
  message: z.string(),
  data: z
    .object({
      code: z.string().optional(),
      kind: z.enum(errorKinds).catch('internal'),
      hint: z.string().optional(),
    })
    .optional(),
})

/** What a request failed with, as it travels. */
export type RpcFailure = z.infer<typeof failure>

const message = z.union([
  z.strictObject({ jsonrpc, id, method: z.string(), params: z.unknown() }),
  z.strictObject({ jsonrpc, method: z.string(), params: z.unknown() }),
  z.strictObject({ jsonrpc, id, error: failure }),
  z.strictObject({ jsonrpc, id, result: z.unknown() }),
])

/** One line: a request, a notification, or an answer. */
export type RpcMessage = z.infer<typeof message>

/**
 * Returns what a line says.
 *
 * @throws {@link RpcViolationError} where it is no message.
 */
export function parseMessage(line: string): RpcMessage {
  const parsed = message.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  throw new RpcViolationError('A line is no JSON-RPC 2.0 request, notification or answer.')
}

/**
 * Returns the JSON of a line.
 *
 * @throws {@link RpcViolationError} where it is none.
 */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new RpcViolationError('A line is not JSON.')
  }
}

/** Returns what the asker is told of a failure. Of one that nobody foresaw it is told nothing. */
export function errorToFailure(error: unknown): RpcFailure {
  if (!(error instanceof BaseError) || error.kind === 'internal') {
    return { code: rpcCodes.internal, message: 'The other end has a fault.' }
  }
  const { code, kind, hint } = error
  const data = { code, kind, ...(hint !== undefined && { hint }) }
  return { code: rpcCodes.failed, message: error.message, data }
}

/** Returns the failure that an answer told of. */
export function failureToError({ message: text, data }: RpcFailure): RpcRemoteError {
  const { kind = 'internal', code, hint } = data ?? {}
  return new RpcRemoteError(text, { kind, code, hint })
}

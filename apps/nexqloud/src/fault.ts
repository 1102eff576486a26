import type { Printer } from './printer.ts'
import { systemFaultOf } from './system-fault.ts'

/** What is told of an error. */
export type Fault = {
  /** Stable name that programs may rely on. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

/**
 * Returns what is told of an error. One that we made says what was true and what to do; one of the system's
 * says so too, of the chain's client is told in its one line; any other is a fault of ours, and shows where.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) }
  const { message, stack = message } = error
  const code = readText(error, 'code') ?? 'UNKNOWN'
  const hint = readText(error, 'hint')
  if (hint !== undefined) return { code, message, hint }
  const system = systemFaultOf(error)
  if (system !== undefined) return { code, ...system }
  const summary = readText(error, 'shortMessage')
  if (summary !== undefined) return { code: 'CLI_CHAIN_FAILED', message: summary }
  const isExplained = code !== 'UNKNOWN' && !code.startsWith('ERR_')
  return { code, message: isExplained ? message : stack }
}

/** Prints what is told of an error: as remarks, and as the one document where that was asked for. */
export function printFault(
  { code, message, hint }: Fault,
  { printer, json }: { readonly printer: Printer; readonly json: boolean },
): void {
  if (json) printer.line(JSON.stringify({ error: { code, message, hint } }))
  printer.note(message)
  if (hint !== undefined) printer.note(hint)
}

function readText(error: Error, name: string): string | undefined {
  const value = (error as unknown as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : undefined
}

import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'

import type { LogOptions } from './option.ts'
import { createRepeats, type Repeats } from './repeats.ts'

/**
 * Returns a process's log: JSON on standard error, each line there before the next one. A failure that comes again and again is told now and then,
 * with how often it was `leftOut`.
 */
export function createLog(
  { logLevel }: LogOptions,
  destination: DestinationStream = openDestination(),
): Logger {
  const repeats = createRepeats()
  const options: LoggerOptions = {
    level: logLevel,
    base: {},
    hooks: {
      logMethod([fields, event], method) {
        const told = tellOnce(repeats, fields, event)
        if (told !== undefined) method.apply(this, [told, event])
      },
    },
  }
  return pino(options, destination)
}

/** So much is kept of what a full disk did not take, until there is room. */
const MOST_WAITING_BYTES = 1 << 20

function openDestination(): DestinationStream {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MOST_WAITING_BYTES })
  destination.on('error', () => {
    // What cannot be told ends nothing: a chain, say, whose log lies on a full disk.
  })
  return destination
}

/** Returns the fields to log; nothing where the same was logged lately. */
function tellOnce(repeats: Repeats, fields: unknown, event = ''): unknown {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return fields
  const leftOut = repeats.count(kindOf(fields, event), performance.now())
  if (leftOut === undefined) return undefined
  return leftOut === 0 ? fields : { ...fields, leftOut }
}

/** Whose failures are told apart. */
const subjects = ['part', 'device', 'masternode']

function kindOf(fields: object, event: string): string {
  const values = new Map<string, unknown>(Object.entries(fields))
  const error = values.get('err')
  const what = error instanceof Error ? [error.name, codeOf(error)] : [String(error)]
  return JSON.stringify([event, ...subjects.map((name) => values.get(name)), ...what])
}

/** A text may name a moment, and a code does not. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message.slice(0, 100)
}

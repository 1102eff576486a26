import { pino, type Logger } from 'pino'

import type { LogOptions } from './option.ts'

/** Returns a process's log: JSON on standard error, each line there before the next one. */
export function createLog({ logLevel }: LogOptions): Logger {
  return pino({ level: logLevel, base: {} }, pino.destination({ dest: 2, sync: true }))
}

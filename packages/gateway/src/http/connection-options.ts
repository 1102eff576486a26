import { skipToken } from './field-line.ts'
import { startsWith } from './known-fields.ts'
import { HTAB, SP } from './octets.ts'

/** What Connection may say, as bits of one number: most requests say something, and no text is made of it. */
export const connectionOptions = {
  close: 1,
  'keep-alive': 2,
  upgrade: 4,
  te: 8,
  'http2-settings': 16,
} as const

/** The bit of everything else. */
export const UNKNOWN_OPTION = 32

const options = Object.entries(connectionOptions)
const COMMA = 0x2c

/** Returns the options of a list that lies between two positions; empty elements are left out. */
export function scanConnectionOptions(bytes: Uint8Array, from: number, to: number): number {
  let found = 0
  let at = from
  while (at < to) {
    const byte = bytes[at]
    if (byte === COMMA || byte === SP || byte === HTAB) {
      at += 1
      continue
    }
    const end = skipToken(bytes, at)
    found |= end === at ? UNKNOWN_OPTION : optionOf(bytes, at, end)
    at = end === at ? to : end
  }
  return found
}

function optionOf(bytes: Uint8Array, from: number, to: number): number {
  for (const [name, bit] of options) {
    if (name.length === to - from && startsWith(bytes, from, name)) return bit
  }
  return UNKNOWN_OPTION
}

import { startsWith } from './known-fields.ts'
import { refuse, type Refusal } from './refusal.ts'

/** How the end of a body is found. `untilEnd`: it ends with its connection. */
export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'untilEnd' }

/** No body. */
export const noBody: Framing = Object.freeze({ kind: 'length', bytes: 0 })

/** Whether there is nothing to wait for after the head. */
export function isEmptyBody(framing: Framing): boolean {
  return framing.kind === 'length' && framing.bytes === 0
}

const chunked: Framing = Object.freeze({ kind: 'chunked' })

/** 10^15: far above any file, and exact as a number. */
const MOST_DIGITS = 15

/** What the fields say about a body's end. */
export type FramingFields = {
  /** NaN: malformed. */
  length: number | undefined
  coding: 'chunked' | 'other' | undefined
}

/** Returns the framing that Content-Length and Transfer-Encoding give together; undefined where there is neither. */
export function framingOf(
  { length, coding }: FramingFields,
  isHttp10: boolean,
): Framing | Refusal | undefined {
  if (coding === undefined) {
    if (length === undefined) return undefined
    if (Number.isNaN(length)) return refuse('The Content-Length is no number, or too large a one.')
    return { kind: 'length', bytes: length }
  }
  if (length !== undefined) return refuse('There is both a Content-Length and a Transfer-Encoding.')
  if (isHttp10) return refuse('HTTP/1.0 has no Transfer-Encoding.')
  if (coding === 'chunked') return chunked
  return refuse('The only transfer coding that is known is chunked.', 501)
}

/** Returns the number between two positions; NaN where there is none, or a sign, a list, or too many digits. */
export function scanLength(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > MOST_DIGITS) return NaN
  let length = 0
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return NaN
    length = length * 10 + digit
  }
  return length
}

/** Returns the transfer coding between two positions. */
export function scanCoding(bytes: Uint8Array, from: number, to: number): 'chunked' | 'other' {
  return to - from === 7 && startsWith(bytes, from, 'chunked') ? 'chunked' : 'other'
}

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

/** Returns the framing that Content-Length and Transfer-Encoding give together; undefined where there is neither. */
export function parseFraming({
  length,
  coding,
  isHttp10,
}: {
  readonly length: string | undefined
  readonly coding: string | undefined
  readonly isHttp10: boolean
}): Framing | Refusal | undefined {
  if (coding === undefined) return length === undefined ? undefined : parseLength(length)
  if (length !== undefined) return refuse('There is both a Content-Length and a Transfer-Encoding.')
  if (isHttp10) return refuse('HTTP/1.0 has no Transfer-Encoding.')
  if (coding.toLowerCase() === 'chunked') return chunked
  return refuse('The only transfer coding that is known is chunked.', 501)
}

function parseLength(length: string): Framing | Refusal {
  const isNumber = length.length > 0 && length.length <= MOST_DIGITS && isDigits(length)
  if (!isNumber) return refuse('The Content-Length is no number, or too large a one.')
  return { kind: 'length', bytes: Number(length) }
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}

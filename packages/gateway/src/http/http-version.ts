import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'

/** The versions that are spoken: with HTTP/1.0 each connection carries one request. */
export type HttpVersion = '1.0' | '1.1'

/** Bytes of `HTTP/1.1`. */
export const VERSION_BYTES = 8

const texts: readonly (readonly [HttpVersion, Buffer])[] = [
  ['1.1', Buffer.from('HTTP/1.1')],
  ['1.0', Buffer.from('HTTP/1.0')],
]

/** Scans the version that begins at `from`, which has {@link VERSION_BYTES}. */
export function scanHttpVersion(bytes: Buffer, from: number): HttpVersion | Incomplete | Refusal {
  for (const [version, text] of texts) if (hasText(bytes, from, text)) return version
  const came = bytes.toString('latin1', from, from + VERSION_BYTES)
  if ('HTTP/1.1'.startsWith(came) || 'HTTP/1.0'.startsWith(came)) return incomplete
  const isHttp = came.startsWith('HTTP/') && came.length === VERSION_BYTES
  return isHttp
    ? refuse('Only HTTP/1.1 and HTTP/1.0 are spoken here.', 505)
    : refuse('There is no version of HTTP.')
}

function hasText(bytes: Buffer, from: number, text: Buffer): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text[at]) return false
  return true
}

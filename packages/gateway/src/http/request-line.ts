import { scanHttpVersion, VERSION_BYTES, type HttpVersion } from './http-version.ts'
import { CR, hostBytes, LF, SP, targetBytes } from './octets.ts'
import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'

/** The first line of a request: positions in its bytes. */
export type RequestLine = {
  readonly kind: 'line'
  readonly method: string
  readonly methodTo: number
  /** The path with its query, or `*`: what the line is passed on with. */
  readonly pathFrom: number
  /** Of a target in absolute form: its host and port; otherwise both are 0. */
  readonly authorityFrom: number
  readonly authorityTo: number
  readonly isHttp10: boolean
  /** After the line's end. */
  readonly to: number
}

/** Scans the request line that begins at `from`. */
export function scanRequestLine(bytes: Buffer, from: number): RequestLine | Incomplete | Refusal {
  let methodTo = from
  while (isMethodByte(bytes[methodTo])) methodTo += 1
  if (methodTo === bytes.length) return incomplete
  if (bytes[methodTo] !== SP || methodTo === from) return refuse('The method is malformed.')
  const targetFrom = methodTo + 1
  const targetTo = skipTarget(bytes, targetFrom)
  if (targetTo === bytes.length) return incomplete
  if (bytes[targetTo] !== SP || targetTo === targetFrom) return refuse('The target is malformed.')
  const version = scanLastVersion(bytes, targetTo + 1)
  if (typeof version === 'object') return version
  const method = methodOf(bytes, from, methodTo)
  const target = scanTarget(bytes, { method, from: targetFrom, to: targetTo })
  if ('kind' in target) return target
  const to = targetTo + 1 + VERSION_BYTES + 2
  return { kind: 'line', method, methodTo, ...target, isHttp10: version === '1.0', to }
}

function skipTarget(bytes: Buffer, from: number): number {
  let at = from
  while (targetBytes[bytes[at] ?? 0] === 1) at += 1
  return at
}

/** Scans the version and the end of its line. */
function scanLastVersion(bytes: Buffer, from: number): HttpVersion | Incomplete | Refusal {
  const version = scanHttpVersion(bytes, from)
  if (typeof version === 'object') return version
  const [cr, lf] = [bytes[from + VERSION_BYTES], bytes[from + VERSION_BYTES + 1]]
  if (cr === CR && lf === LF) return version
  if (cr === undefined || (cr === CR && lf === undefined)) return incomplete
  return refuse('The request line does not end with a version of HTTP, CR and LF.')
}

type Target = Pick<RequestLine, 'pathFrom' | 'authorityFrom' | 'authorityTo'>

function scanTarget(
  bytes: Buffer,
  { method, from, to }: { readonly method: string; readonly from: number; readonly to: number },
): Target | Refusal {
  if (method === 'CONNECT') return refuse('This is no proxy: CONNECT leads nowhere.', 501)
  if (bytes[from] === SLASH) return { pathFrom: from, authorityFrom: 0, authorityTo: 0 }
  if (method === 'OPTIONS' && to - from === 1 && bytes[from] === 0x2a) {
    return { pathFrom: from, authorityFrom: 0, authorityTo: 0 }
  }
  const scheme = bytes.toString('latin1', from, Math.min(to, from + SCHEME.length)).toLowerCase()
  if (scheme !== SCHEME) return refuse('The target begins neither with a slash nor with http://.')
  const authorityFrom = from + SCHEME.length
  let authorityTo = authorityFrom
  while (hostBytes[bytes[authorityTo] ?? 0] === 1) authorityTo += 1
  if (authorityTo >= to || bytes[authorityTo] !== SLASH) {
    return refuse('The target has no path after its host, or a malformed host.')
  }
  return { pathFrom: authorityTo, authorityFrom, authorityTo }
}

const SCHEME = 'http://'
const SLASH = 0x2f

const isMethodByte = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || byte === 0x2d)

/** Most requests are one of two: no text is made for them. */
function methodOf(bytes: Buffer, from: number, to: number): string {
  if (to - from === 3 && bytes[from] === 0x47 && bytes[from + 1] === 0x45) {
    if (bytes[from + 2] === 0x54) return 'GET'
  }
  return bytes.toString('latin1', from, to)
}

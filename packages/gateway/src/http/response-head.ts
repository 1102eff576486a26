import { connectionOptions, scanConnectionOptions } from './connection-options.ts'
import { createFieldLine, scanFieldLine, type FieldLine } from './field-line.ts'
import {
  framingOf,
  isEmptyBody,
  noBody,
  scanCoding,
  scanLength,
  type Framing,
  type FramingFields,
} from './framing.ts'
import { scanHttpVersion, VERSION_BYTES } from './http-version.ts'
import { CR, LF, SP, valueBytes } from './octets.ts'
import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'

/** The head of an answer that may pass. */
export type ResponseHead = {
  readonly kind: 'response'
  readonly status: number
  readonly isHttp10: boolean
  readonly framing: Framing
  /** Whether the stream can be asked on once the answer has ended. */
  readonly isKeptAlive: boolean
  /** What is passed on after the version, in pairs of from and to. */
  readonly kept: readonly number[]
  /** After the head. */
  readonly to: number
}

/** Scans the head of an answer that begins at `from`, as strictly as a request's. */
export function scanResponseHead(
  bytes: Buffer,
  from: number,
  { isHead }: { /** Whether it answers HEAD, and has no body. */ readonly isHead: boolean },
): ResponseHead | Incomplete | Refusal {
  const line = scanStatusLine(bytes, from)
  if (line.kind !== 'line') return line
  const found: Found = {
    length: undefined,
    coding: undefined,
    options: 0,
    upgradeFrom: 0,
    upgradeTo: 0,
  }
  const field = createFieldLine()
  const kept: number[] = []
  let keptFrom = from + VERSION_BYTES
  let at = line.to
  while (bytes[at] !== CR) {
    const failure = scanFieldLine(bytes, at, field) ?? takeField(found, bytes, field)
    if (failure !== undefined) return failure
    if (field.known?.isAnswered === false) {
      kept.push(keptFrom, at)
      keptFrom = field.to
    }
    at = field.to
  }
  if (at + 1 === bytes.length) return incomplete
  if (bytes[at + 1] !== LF) return refuse('There is a CR in the middle of a line.')
  kept.push(keptFrom, at)
  return headOf({ line, found, kept, to: at + 2, isHead })
}

type StatusLine = {
  readonly kind: 'line'
  readonly status: number
  readonly isHttp10: boolean
  readonly to: number
}

function scanStatusLine(bytes: Buffer, from: number): StatusLine | Incomplete | Refusal {
  const version = scanHttpVersion(bytes, from)
  if (typeof version === 'object') return version
  const reasonFrom = from + VERSION_BYTES + 4
  if (bytes.length <= reasonFrom) return incomplete
  const status = digitsOf(bytes, reasonFrom - 3)
  const isWhole = bytes[reasonFrom - 4] === SP && status >= 100 && status <= 599
  if (!isWhole) return refuse('Its status line is malformed.')
  const to = scanReason(bytes, reasonFrom)
  return typeof to === 'object' ? to : { kind: 'line', status, isHttp10: version === '1.0', to }
}

/** Returns where the line of a reason ends, which nobody reads, and which may be left away. */
function scanReason(bytes: Buffer, from: number): number | Incomplete | Refusal {
  let at = from
  while (valueBytes[bytes[at] ?? 0] === 1) at += 1
  const [cr, lf] = [bytes[at], bytes[at + 1]]
  if (cr === undefined || (cr === CR && lf === undefined)) return incomplete
  const isWhole = cr === CR && lf === LF && (at === from || bytes[from] === SP)
  return isWhole ? at + 2 : refuse('Its status line is malformed.')
}

/** Returns a number of three digits; NaN where one is none. */
function digitsOf(bytes: Buffer, from: number): number {
  let number = 0
  for (let at = from; at < from + 3; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN
  }
  return number
}

type Found = FramingFields & {
  /** As {@link scanConnectionOptions} has them. */
  options: number
  upgradeFrom: number
  upgradeTo: number
}

function takeField(found: Found, bytes: Buffer, field: FieldLine): Refusal | undefined {
  const { known, isDisguised, valueFrom, valueTo } = field
  const name = known?.name
  if (name === 'content-length') {
    if (found.length !== undefined || isDisguised) return refuse(MORE_LENGTHS)
    found.length = scanLength(bytes, valueFrom, valueTo)
  } else if (name === 'transfer-encoding') {
    if (found.coding !== undefined || isDisguised) return refuse(MORE_CODINGS)
    found.coding = scanCoding(bytes, valueFrom, valueTo)
  } else if (name === 'connection') {
    found.options |= scanConnectionOptions(bytes, valueFrom, valueTo)
  } else if (name === 'upgrade') {
    found.upgradeFrom = field.from
    found.upgradeTo = field.to
  }
  return undefined
}

const MORE_LENGTHS = 'It has more than one Content-Length, or one that is misspelt.'
const MORE_CODINGS = 'It has more than one Transfer-Encoding, or one that is misspelt.'

type ScannedHead = {
  readonly line: StatusLine
  readonly found: Found
  readonly kept: number[]
  readonly to: number
  readonly isHead: boolean
}

function headOf({ line, found, kept, to, isHead }: ScannedHead): ResponseHead | Refusal {
  const { status, isHttp10 } = line
  const framing = framingOf(found, isHttp10)
  if (framing?.kind === 'refusal') return framing
  if (isBare(status) && framing !== undefined && !isEmptyBody(framing)) {
    return refuse(`It has a body, which an answer ${status} has not.`)
  }
  if (status === 101) kept.push(found.upgradeFrom, found.upgradeTo)
  const hasBody = !isHead && !isBare(status) && status !== 304
  return {
    kind: 'response',
    status,
    isHttp10,
    framing: hasBody ? (framing ?? untilEnd) : noBody,
    isKeptAlive: !isHttp10 && (found.options & connectionOptions.close) === 0,
    kept,
    to,
  }
}

const isBare = (status: number): boolean => status < 200 || status === 204

const untilEnd: Framing = Object.freeze({ kind: 'untilEnd' })

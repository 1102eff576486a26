import { connectionOptions, scanConnectionOptions, UNKNOWN_OPTION } from './connection-options.ts'
import { createFieldLine, scanFieldLine, type FieldLine } from './field-line.ts'
import {
  framingOf,
  noBody,
  scanCoding,
  scanLength,
  type Framing,
  type FramingFields,
} from './framing.ts'
import { CR, hostBytes, LF } from './octets.ts'
import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'
import { scanRequestLine, type RequestLine } from './request-line.ts'

/** The head of a request that may pass: what it means, and positions in its bytes. */
export type RequestHead = {
  readonly kind: 'request'
  readonly method: string
  readonly isHttp10: boolean
  /** Both 0 where a request of HTTP/1.0 names none. */
  readonly hostFrom: number
  readonly hostTo: number
  readonly framing: Framing
  /** Whether the client may ask on after this one. */
  readonly isKeptAlive: boolean
  /** Whether the client asks for another protocol on this connection. */
  readonly isUpgrade: boolean
  /** What is passed on, in pairs of from and to: all but what concerns this connection alone, or says who the client is. */
  readonly kept: readonly number[]
  /** After the head. */
  readonly to: number
}

/**
 * Scans the head that begins at `from`. It is strict: what two programs could read differently is refused, since the instance's own
 * server reads it after us (RFC 9112, section 11.2).
 */
export function scanRequestHead(bytes: Buffer, from: number): RequestHead | Incomplete | Refusal {
  const line = scanRequestLine(bytes, from)
  if (line.kind !== 'line') return line
  const found = createFound()
  const field = createFieldLine()
  const kept: number[] = []
  let keptFrom = from
  if (line.authorityTo !== 0) {
    kept.push(from, line.methodTo + 1)
    keptFrom = line.pathFrom
  }
  let at = line.to
  while (bytes[at] !== CR) {
    const failure = scanFieldLine(bytes, at, field) ?? takeField(found, bytes, field)
    if (failure !== undefined) return failure
    if (field.known?.isAsked === false) {
      kept.push(keptFrom, at)
      keptFrom = field.to
    }
    at = field.to
  }
  if (at + 1 === bytes.length) return incomplete
  if (bytes[at + 1] !== LF) return refuse('There is a CR in the middle of a line.')
  kept.push(keptFrom, at)
  return headOf(bytes, { line, found, kept, to: at + 2 })
}

/** What the fields said. */
type Found = FramingFields & {
  hostFrom: number
  hostTo: number
  expectsOther: boolean
  /** As {@link scanConnectionOptions} has them. */
  options: number
  upgradeFrom: number
  upgradeTo: number
}

function createFound(): Found {
  return {
    length: undefined,
    coding: undefined,
    hostFrom: 0,
    hostTo: 0,
    expectsOther: false,
    options: 0,
    upgradeFrom: 0,
    upgradeTo: 0,
  }
}

function takeField(found: Found, bytes: Buffer, field: FieldLine): Refusal | undefined {
  const { known, valueFrom, valueTo } = field
  if (known === undefined) return undefined
  if (field.isDisguised && known.isAsked) {
    return refuse('There is a field that some programs take for one that frames the body.')
  }
  const { name } = known
  if (name === 'host') return takeHost(found, bytes, field)
  if (name === 'content-length') {
    if (found.length !== undefined) return refuse('There is more than one Content-Length.')
    found.length = scanLength(bytes, valueFrom, valueTo)
  } else if (name === 'transfer-encoding') {
    if (found.coding !== undefined) return refuse('There is more than one Transfer-Encoding.')
    found.coding = scanCoding(bytes, valueFrom, valueTo)
  } else if (name === 'connection') {
    found.options |= scanConnectionOptions(bytes, valueFrom, valueTo)
  } else {
    return takeRareField(found, bytes, field)
  }
  return undefined
}

function takeRareField(found: Found, bytes: Buffer, field: FieldLine): Refusal | undefined {
  const { known, valueFrom, valueTo } = field
  if (known?.name === 'expect') {
    const expected = bytes.toString('latin1', valueFrom, valueTo).toLowerCase()
    found.expectsOther ||= expected !== '100-continue'
  } else if (known?.name === 'upgrade') {
    if (found.upgradeTo !== 0) return refuse('There is more than one Upgrade.')
    found.upgradeFrom = field.from
    found.upgradeTo = field.to
  }
  return undefined
}

/** A name of the domain name system, and a port. */
const MOST_HOST_BYTES = 255 + ':65535'.length

function takeHost(
  found: Found,
  bytes: Buffer,
  { valueFrom, valueTo }: FieldLine,
): Refusal | undefined {
  if (found.hostTo !== 0) return refuse('There is more than one Host.')
  if (valueTo === valueFrom) return refuse('The Host is empty.')
  if (valueTo - valueFrom > MOST_HOST_BYTES) return refuse('The Host is too long.')
  for (let at = valueFrom; at < valueTo; at += 1) {
    if (hostBytes[bytes[at] ?? 0] !== 1) return refuse('The Host is malformed.')
  }
  found.hostFrom = valueFrom
  found.hostTo = valueTo
  return undefined
}

type ScannedHead = {
  readonly line: RequestLine
  readonly found: Found
  readonly kept: number[]
  readonly to: number
}

function headOf(bytes: Buffer, { line, found, kept, to }: ScannedHead): RequestHead | Refusal {
  const { method, isHttp10 } = line
  const framing = framingOf(found, isHttp10) ?? noBody
  if (framing.kind === 'refusal') return framing
  if (found.expectsOther) return refuse('Nothing but 100-continue may be expected.', 417)
  const refusal = refuseHost(bytes, line, found)
  if (refusal !== undefined) return refusal
  const { options } = found
  if ((options & UNKNOWN_OPTION) !== 0) {
    // It would have a field taken away that the instance counts on.
    return refuse('Connection names a field that has to be passed on.')
  }
  const isUpgrade =
    !isHttp10 && found.upgradeTo !== 0 && (options & connectionOptions.upgrade) !== 0
  if (isUpgrade) kept.push(found.upgradeFrom, found.upgradeTo)
  return {
    kind: 'request',
    method,
    isHttp10,
    hostFrom: found.hostFrom,
    hostTo: found.hostTo,
    framing,
    isKeptAlive: !isHttp10 && (options & connectionOptions.close) === 0,
    isUpgrade,
    kept,
    to,
  }
}

function refuseHost(bytes: Buffer, line: RequestLine, found: Found): Refusal | undefined {
  const { hostFrom, hostTo } = found
  if (hostTo === 0) return line.isHttp10 ? undefined : refuse('There is no Host.')
  const { authorityFrom, authorityTo } = line
  if (authorityTo === 0) return undefined
  const [authority, host] = [
    bytes.toString('latin1', authorityFrom, authorityTo),
    bytes.toString('latin1', hostFrom, hostTo),
  ]
  if (authority.toLowerCase() === host.toLowerCase()) return undefined
  return refuse('The target names another host than the Host.')
}

import {
  createFieldLine,
  elementsOf,
  scanFieldLine,
  type FieldLine,
  type KnownField,
} from './field-line.ts'
import { noBody, parseFraming, type Framing } from './framing.ts'
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
    if (field.name !== undefined && !passedOn.has(field.name)) {
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
type Found = {
  hostFrom: number
  hostTo: number
  length: string | undefined
  coding: string | undefined
  expect: string | undefined
  connection: string | undefined
  upgradeFrom: number
  upgradeTo: number
}

function createFound(): Found {
  return {
    hostFrom: 0,
    hostTo: 0,
    length: undefined,
    coding: undefined,
    expect: undefined,
    connection: undefined,
    upgradeFrom: 0,
    upgradeTo: 0,
  }
}

/** Known fields that the instance is to see. Upgrade is, too, where Connection names it. */
const passedOn: ReadonlySet<KnownField> = new Set([
  'content-length',
  'expect',
  'host',
  'transfer-encoding',
])

function takeField(found: Found, bytes: Buffer, field: FieldLine): Refusal | undefined {
  if (field.name === undefined) return undefined
  if (field.isDisguised && passedOn.has(field.name)) {
    return refuse('There is a field that some programs take for one that frames the body.')
  }
  return takers[field.name]?.(found, bytes, field)
}

/** A name of the domain name system, and a port. */
const MOST_HOST_BYTES = 255 + ':65535'.length

type Taker = (found: Found, bytes: Buffer, field: FieldLine) => Refusal | undefined

const takers: Partial<Readonly<Record<KnownField, Taker>>> = {
  host: (found, bytes, { valueFrom, valueTo }) => {
    if (found.hostTo !== 0) return refuse('There is more than one Host.')
    if (valueTo === valueFrom) return refuse('The Host is empty.')
    if (valueTo - valueFrom > MOST_HOST_BYTES) return refuse('The Host is too long.')
    for (let at = valueFrom; at < valueTo; at += 1) {
      if (hostBytes[bytes[at] ?? 0] !== 1) return refuse('The Host is malformed.')
    }
    found.hostFrom = valueFrom
    found.hostTo = valueTo
    return undefined
  },
  'content-length': (found, bytes, field) => {
    if (found.length !== undefined) return refuse('There is more than one Content-Length.')
    found.length = textOf(bytes, field)
    return undefined
  },
  'transfer-encoding': (found, bytes, field) => {
    if (found.coding !== undefined) return refuse('There is more than one Transfer-Encoding.')
    found.coding = textOf(bytes, field)
    return undefined
  },
  expect: (found, bytes, field) => {
    found.expect = found.expect === undefined ? textOf(bytes, field) : `${found.expect}, another`
    return undefined
  },
  connection: (found, bytes, field) => {
    const text = textOf(bytes, field)
    found.connection = found.connection === undefined ? text : `${found.connection},${text}`
    return undefined
  },
  upgrade: (found, _, field) => {
    if (found.upgradeTo !== 0) return refuse('There is more than one Upgrade.')
    found.upgradeFrom = field.from
    found.upgradeTo = field.to
    return undefined
  },
}

/** What Connection may name. Other names would have fields taken away that the instance counts on. */
const connectionOptions: ReadonlySet<string> = new Set([
  'close',
  'http2-settings',
  'keep-alive',
  'te',
  'upgrade',
])

type ScannedHead = {
  readonly line: RequestLine
  readonly found: Found
  readonly kept: number[]
  readonly to: number
}

function headOf(bytes: Buffer, { line, found, kept, to }: ScannedHead): RequestHead | Refusal {
  const { method, isHttp10 } = line
  const framing = parseFraming({ ...found, isHttp10 }) ?? noBody
  const isExpected = found.expect === undefined || found.expect.toLowerCase() === '100-continue'
  if (framing.kind === 'refusal') return framing
  if (!isExpected) return refuse('Nothing but 100-continue may be expected.', 417)
  const options = found.connection === undefined ? [] : elementsOf(found.connection)
  const refusal = refuseHost(bytes, line, found) ?? refuseOptions(options)
  if (refusal !== undefined) return refusal
  const isUpgrade = !isHttp10 && found.upgradeTo !== 0 && options.includes('upgrade')
  if (isUpgrade) kept.push(found.upgradeFrom, found.upgradeTo)
  return {
    kind: 'request',
    method,
    isHttp10,
    hostFrom: found.hostFrom,
    hostTo: found.hostTo,
    framing,
    isKeptAlive: !isHttp10 && !options.includes('close'),
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

function refuseOptions(options: readonly string[]): Refusal | undefined {
  const other = options.find((option) => !connectionOptions.has(option))
  return other === undefined
    ? undefined
    : refuse('Connection names a field that has to be passed on.')
}

const textOf = (bytes: Buffer, { valueFrom, valueTo }: FieldLine): string =>
  bytes.toString('latin1', valueFrom, valueTo)

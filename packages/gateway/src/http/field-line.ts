import { findKnownField, type KnownField } from './known-fields.ts'
import { CR, foldedTokenBytes, HTAB, LF, SP, valueBytes } from './octets.ts'
import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'

/** One line of a head: positions in its bytes. */
export type FieldLine = {
  from: number
  /** After its line's end. */
  to: number
  known: KnownField | undefined
  /** Whether the name has a `_` where the known one has a `-`. */
  isDisguised: boolean
  /** Without the space around it. */
  valueFrom: number
  valueTo: number
}

/** Returns a line to be filled by {@link scanFieldLine}. */
export function createFieldLine(): FieldLine {
  return { from: 0, to: 0, known: undefined, isDisguised: false, valueFrom: 0, valueTo: 0 }
}

/** Scans the field line that begins at `from`, and fills `line` where it is whole. It is not the empty line. */
export function scanFieldLine(
  bytes: Uint8Array,
  from: number,
  line: FieldLine,
): Incomplete | Refusal | undefined {
  const colon = skipToken(bytes, from)
  if (colon === bytes.length) return incomplete
  if (bytes[colon] !== 0x3a || colon === from) return refuseName(bytes, from, colon)
  let valueFrom = colon + 1
  while (isSpace(bytes[valueFrom])) valueFrom += 1
  let end = valueFrom
  while (valueBytes[bytes[end] ?? 0] === 1) end += 1
  if (end + 1 >= bytes.length) return refuseEarly(bytes, end)
  if (bytes[end] !== CR || bytes[end + 1] !== LF) return refuseValue(bytes[end])
  line.from = from
  line.to = end + 2
  line.known = findKnownField(bytes, from, colon)
  line.isDisguised = line.known !== undefined && hasUnderscore(bytes, from, colon)
  line.valueFrom = valueFrom
  line.valueTo = trimEnd(bytes, valueFrom, end)
  return undefined
}

/** Returns where the token that begins at `from` ends. */
export function skipToken(bytes: Uint8Array, from: number): number {
  let at = from
  while ((foldedTokenBytes[bytes[at] ?? 0] ?? 0) !== 0) at += 1
  return at
}

function trimEnd(bytes: Uint8Array, from: number, end: number): number {
  let to = end
  while (to > from && isSpace(bytes[to - 1])) to -= 1
  return to
}

function hasUnderscore(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] === 0x5f) return true
  return false
}

const isSpace = (byte: number | undefined): boolean => byte === SP || byte === HTAB

function refuseName(bytes: Uint8Array, from: number, at: number): Refusal {
  const byte = bytes[at]
  if (at === from && isSpace(byte)) return refuse('A field is folded over two lines.')
  if (byte === LF) return refuse('A line ends with LF alone.')
  if (at === from) return refuse('A field has no name.')
  if (isSpace(byte)) return refuse('There is a space in the name of a field, or after it.')
  if (byte === CR) return refuse('A field has no colon.')
  return refuse('The name of a field has a character that none may have.')
}

/** A byte that may not stand there is refused before the rest of the line has come. */
function refuseEarly(bytes: Uint8Array, end: number): Incomplete | Refusal {
  const byte = bytes[end]
  return byte === undefined || byte === CR ? incomplete : refuseValue(byte)
}

function refuseValue(byte: number | undefined): Refusal {
  if (byte === LF) return refuse('A line ends with LF alone.')
  if (byte === CR) return refuse('There is a CR in the middle of a line.')
  return refuse('The value of a field has a control character.')
}

import type { ScalarShape, TimestampFormat, Traits, Value } from '../model/shape.ts'

/** Whole numbers that all of AWS's SDKs write exactly. */
const INTEGER = /^[+-]?\d{1,16}$/
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}
const DATE =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
/** Of what ends in no space: it would be gone back through else, as often as it is long. */
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}$/

/** Returns the value of a text; nothing where it is none of its type. */
export function parseScalar(
  { type }: ScalarShape,
  text: string,
  { timestampFormat }: Traits,
): Value | undefined {
  return parsers[type](text, timestampFormat)
}

type Parse = (text: string, format: TimestampFormat | undefined) => Value | undefined

const parsers: Readonly<Record<ScalarShape['type'], Parse>> = {
  string: (text) => text,
  boolean: (text) =>
    ({ true: true, false: false, True: true, False: false, '1': true, '0': false })[text],
  integer: parseInteger,
  float: (text) => SPECIAL[text] ?? (FLOAT.test(text) ? Number(text) : undefined),
  timestamp: parseTimestamp,
  blob: (text) => (BASE64.test(text.trimEnd()) ? Buffer.from(text, 'base64') : undefined),
}

function parseInteger(text: string): number | undefined {
  const number = INTEGER.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function parseTimestamp(text: string, format: TimestampFormat | undefined): Date | undefined {
  if (format === 'epoch-seconds') {
    const seconds = FLOAT.test(text) ? Number(text) : Number.NaN
    return validDate(new Date(seconds * 1000))
  }
  if (format === 'http-date') return validDate(new Date(text))
  // A day alone, and a moment without a zone, are in UTC.
  const hasZone = /[zZ]|[+-]\d{2}:?\d{2}$/.test(text.slice(10))
  const moment = text.length === 10 || hasZone ? text : `${text}Z`
  return DATE.test(text) ? validDate(new Date(moment.replace(' ', 'T'))) : undefined
}

const validDate = (date: Date): Date | undefined =>
  Number.isNaN(date.getTime()) ? undefined : date

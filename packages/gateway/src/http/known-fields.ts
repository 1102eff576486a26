import { foldedTokenBytes } from './octets.ts'

/** A field that means something to whoever passes it on; of others only the form is looked at. */
export type KnownField = {
  readonly name: keyof typeof fields | 'x-forwarded'
  /** Whether the instance is to see it, and the client. */
  readonly isAsked: boolean
  readonly isAnswered: boolean
}

/** What concerns a connection alone stays on it (RFC 9110, section 7.6.1); what says who the client is, we say. */
const fields = {
  connection: { isAsked: false, isAnswered: false },
  'content-length': { isAsked: true, isAnswered: true },
  expect: { isAsked: true, isAnswered: true },
  forwarded: { isAsked: false, isAnswered: true },
  host: { isAsked: true, isAnswered: true },
  'http2-settings': { isAsked: false, isAnswered: true },
  'keep-alive': { isAsked: false, isAnswered: false },
  'proxy-connection': { isAsked: false, isAnswered: false },
  te: { isAsked: false, isAnswered: true },
  'transfer-encoding': { isAsked: true, isAnswered: true },
  upgrade: { isAsked: false, isAnswered: false },
  'x-real-ip': { isAsked: false, isAnswered: true },
} as const

/** Each field whose name begins so. */
const FORWARDED_PREFIX = 'x-forwarded-'
const forwarded: KnownField = { name: 'x-forwarded', isAsked: false, isAnswered: true }

const known = Object.entries(fields).map(
  ([name, field]) =>
    ({ name, ...field }) as Omit<KnownField, 'name'> & { name: keyof typeof fields },
)
const byLength: readonly (readonly KnownField[])[] = Array.from({ length: 18 }, (_, length) =>
  known.filter(({ name }) => name.length === length),
)

/** Returns what a field's name is known as; undefined where it is not. */
export function findKnownField(
  bytes: Uint8Array,
  from: number,
  to: number,
): KnownField | undefined {
  const length = to - from
  const candidates = byLength[length]
  if (candidates !== undefined) {
    for (const field of candidates) if (startsWith(bytes, from, field.name)) return field
  }
  const isLong = length > FORWARDED_PREFIX.length
  return isLong && startsWith(bytes, from, FORWARDED_PREFIX) ? forwarded : undefined
}

/** Whether the bytes from `from` on begin with a token, in lower case, whatever their own case. */
export function startsWith(bytes: Uint8Array, from: number, token: string): boolean {
  for (let at = 0; at < token.length; at += 1) {
    if (foldedTokenBytes[bytes[from + at] ?? 0] !== token.charCodeAt(at)) return false
  }
  return true
}

import type { Seal } from '../account/seal.ts'
import type { MachineName } from '../machine/machines.ts'

/** Source: EC2's user guide: a token counts for a second at least, and for six hours at most. */
const MOST_SECONDS = 21_600

/** Returns for how many seconds a token is asked for; nothing where that is not a time that it may count. */
export function parseTokenSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined
  const seconds = Number(text)
  return seconds >= 1 && seconds <= MOST_SECONDS ? seconds : undefined
}

/** Returns a token of an instance that counts until a moment. Nothing is kept of it: it counts wherever the seal is the same. */
export function issueMetadataToken(seal: Seal, name: MachineName, expiresMs: number): string {
  const sealed = seal.close(Buffer.from(String(expiresMs)), contextOf(name))
  return Buffer.from(sealed).toString('base64url')
}

/** Returns until when a token counts for an instance: milliseconds since 1970; nothing where it is not the instance's own. */
export function openMetadataToken(
  seal: Seal,
  name: MachineName,
  token: string,
): number | undefined {
  const sealed = Buffer.from(token, 'base64url')
  // The same bytes may be written in several ways; it was given in one.
  if (sealed.toString('base64url') !== token) return undefined
  const opened = seal.open(sealed, contextOf(name))
  return opened === undefined ? undefined : Number(Buffer.from(opened).toString())
}

function contextOf({ namespace, id }: MachineName): string {
  return JSON.stringify(['metadata token', namespace, id])
}

import type { Account, Caller } from './caller.ts'
import { createAccessKeyId, createSecret } from './iam-id.ts'
import type { Seal } from './seal.ts'

/** Who a temporary key stands for. */
export type SessionPrincipal = {
  readonly account: Account
} & Pick<Caller, 'arn' | 'userId' | 'isSession'>

/** What a session token holds: all of it, so that nothing is kept of it. */
export type Session = SessionPrincipal & {
  readonly secretAccessKey: string
  readonly expiresMs: number
}

/** A temporary key, as it is told. */
export type SessionKey = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Returns a key that counts until a moment; only its token knows of it. */
export function issueSession(
  seal: Seal,
  { account, arn, userId, isSession }: SessionPrincipal,
  expiresMs: number,
): SessionKey {
  const accessKeyId = createAccessKeyId('ASIA', account.id)
  const secretAccessKey = createSecret()
  const session: Session = {
    account,
    arn,
    userId,
    ...(isSession === true && { isSession }),
    secretAccessKey,
    expiresMs,
  }
  const sealed = seal.close(Buffer.from(JSON.stringify(session)), contextOf(accessKeyId))
  const sessionToken = Buffer.from(sealed).toString('base64')
  return { accessKeyId, secretAccessKey, sessionToken }
}

/** Returns what a token holds; nothing where it is not the one that was given with the key. Whether it still counts its reader asks. */
export function openSession(seal: Seal, accessKeyId: string, token: string): Session | undefined {
  const sealed = Buffer.from(token, 'base64')
  // The same bytes may be written in several ways; it was given in one.
  if (sealed.toString('base64') !== token) return undefined
  const opened = seal.open(sealed, contextOf(accessKeyId))
  if (opened === undefined) return undefined
  return JSON.parse(Buffer.from(opened).toString()) as Session
}

function contextOf(accessKeyId: string): string {
  return JSON.stringify(['session', accessKeyId])
}

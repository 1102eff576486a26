import { createHash } from 'node:crypto'

import ssh2, { type AuthContext, type PublicKeyAuthContext } from 'ssh2'

/** A key that somebody logs in with. */
export type OfferedKey = {
  /** As `authorized_keys` has it: its type and base64. */
  readonly line: string
  /** As `ssh-keygen -l` tells it. */
  readonly fingerprint: string
}

/** By what somebody may enter. */
export type Entry = {
  /** For the record, e.g. `key pair me`. */
  readonly by: string
}

/** Returns whether a key may enter an instance as a user, just now. */
export type FindEntry = (
  instance: string,
  user: string,
  key: OfferedKey,
) => Promise<Entry | undefined> | Entry | undefined

/** Somebody has tried to log in with a key; the key itself is nobody's business. */
export type LoginAttempt = {
  readonly instance: string
  /** Whose: an IP address. */
  readonly address: string
  readonly user: string
  readonly fingerprint: string
  /** By what they entered; nothing where they did not. */
  readonly by: string | undefined
}

/** What a login stands on. */
export type LoginParts = {
  readonly findEntry: (user: string, key: OfferedKey) => ReturnType<FindEntry>
  readonly onAttempt: (attempt: Pick<LoginAttempt, 'user' | 'fingerprint' | 'by'>) => void
  readonly attempts: number
  /** Too many keys were tried. */
  readonly onTooMany: () => void
}

/** The users of AWS's images: each is the container's own user, who is what its image says. */
const users: ReadonlySet<string> = new Set([
  'admin',
  'centos',
  'debian',
  'ec2-user',
  'fedora',
  'root',
  'ubuntu',
])

/** RSA signs with SHA-1 where a client names the key's old algorithm. */
const hashes: ReadonlySet<string | undefined> = new Set(['sha256', 'sha512'])
const keyTypes: ReadonlySet<string> = new Set([
  'ssh-rsa',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
])
/** The longest RSA key that may enter, of 16,384 bits, has some 2,100. */
const MOST_KEY_BYTES = 4096

/** Returns what decides over each try of one connection to log in. */
export function createLogin(parts: LoginParts): (context: AuthContext) => Promise<void> {
  let failures = 0
  const refuse = (context: AuthContext): void => {
    context.reject(['publickey'])
    // Everybody asks first what there is.
    if (context.method !== 'none') failures += 1
    if (failures >= parts.attempts) parts.onTooMany()
  }
  return async (context) => {
    const key = context.method === 'publickey' ? offeredKey(context) : undefined
    if (key === undefined || context.method !== 'publickey') return refuse(context)
    const { username: user } = context
    const entry = users.has(user) ? await parts.findEntry(user, key) : undefined
    const isProof = context.signature !== undefined
    const mayEnter = entry !== undefined && (!isProof || isSigned(context, key.line))
    if (isProof || !mayEnter) {
      const by = mayEnter ? entry.by : undefined
      parts.onAttempt({ user: user.slice(0, 64), fingerprint: key.fingerprint, by })
    }
    return mayEnter ? context.accept() : refuse(context)
  }
}

/** Returns the key; nothing of one, or of a signature, that is not taken here. */
function offeredKey({ key, hashAlgo }: PublicKeyAuthContext): OfferedKey | undefined {
  const { algo, data } = key
  const isTaken = keyTypes.has(algo) && data.length <= MOST_KEY_BYTES
  if (!isTaken || (algo === 'ssh-rsa' && !hashes.has(hashAlgo))) return undefined
  const digest = createHash('sha256').update(data).digest('base64').replace(/=+$/, '')
  return { line: `${algo} ${data.toString('base64')}`, fingerprint: `SHA256:${digest}` }
}

function isSigned({ key, blob, signature, hashAlgo }: PublicKeyAuthContext, line: string): boolean {
  const parsed = ssh2.utils.parseKey(line)
  if (parsed instanceof Error || blob === undefined || signature === undefined) return false
  // ssh2 returns an error, which is no `false`, of a signature that cannot be one.
  const verdict: unknown = parsed.verify(blob, signature, hashAlgo)
  return parsed.type === key.algo && verdict === true
}

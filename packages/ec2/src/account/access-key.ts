import type { Caller } from './caller.ts'

/** Who an access key is of, and by what its signatures are checked. */
export type KeyHolder = Omit<Caller, 'region' | 'accessKeyId'> & {
  readonly secretAccessKey: string
  /** Until when a temporary key counts. */
  readonly expiresMs?: number
}

/**
 * Returns the holder of an access key; nothing where it is none, does not count any more, or the session token is not its own: a temporary
 * key has one, any other none. It is asked at each request.
 */
export type FindKey = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => Promise<KeyHolder | undefined>

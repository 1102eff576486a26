import type { Caller } from './caller.ts'

/** Who an access key is of, and by what its signatures are checked. */
export type KeyHolder = Omit<Caller, 'region' | 'accessKeyId'> & {
  readonly secretAccessKey: string
  /** Of a temporary key. */
  readonly sessionToken?: string
}

/** Returns the holder of an access key; nothing where it is none, or does not count any more. It is asked at each request. */
export type FindKey = (accessKeyId: string) => Promise<KeyHolder | undefined>

/** Why bytes are no head, or no body, that may pass. */
export type Refusal = {
  readonly kind: 'refusal'
  /** For a request: what it is answered with. */
  readonly status: 400 | 408 | 417 | 431 | 501 | 503 | 504 | 505
  /** What was wrong, as a sentence. */
  readonly reason: string
}

/** Not all of it has come yet. */
export type Incomplete = { readonly kind: 'incomplete' }

/** The only one: nothing is known of what has not come. */
export const incomplete: Incomplete = Object.freeze({ kind: 'incomplete' })

/** Returns a refusal. */
export function refuse(reason: string, status: Refusal['status'] = 400): Refusal {
  return { kind: 'refusal', status, reason }
}

import type { Json } from '../json.ts'
import type { WatchEvent } from '../server/request.ts'

/** A request to an API server. */
export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body?: { readonly mediaType: string; readonly json: Json }
  readonly signal?: AbortSignal | undefined
}

/** How requests reach an API server, and who makes them. */
export type Transport = {
  /**
   * Returns the answer.
   *
   * @throws {@link StatusError} where the server refuses.
   * @throws {@link ApiUnreachableError} where nobody answers; whether it was done is not known then.
   */
  readonly call: (call: ApiCall) => Promise<unknown>
  /** Returns what a watch tells, line by line, until the server or the signal ends it; throws as `call` does. */
  readonly watch: (call: ApiCall) => AsyncIterable<WatchEvent>
  readonly close: () => Promise<void>
}

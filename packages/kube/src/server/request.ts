import type { Json } from '../json.ts'
import type { KubeObject } from '../object.ts'
import type { User } from './user.ts'

/** A request as the API sees it, however it came. */
export type ApiRequest = {
  readonly method: string
  /** Path without query, its parts still encoded. */
  readonly path: string
  readonly query: URLSearchParams
  /** The Accept header. */
  readonly accept: string
  /** Media type of the body, without parameters; empty where there is none. */
  readonly contentType: string
  readonly body: Json | undefined
  readonly user: User
  /** Aborted once nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** One line of a watch. */
export type WatchEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject
}

/** What the API answers. */
export type ApiResponse = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body:
    | { readonly object: KubeObject }
    | { readonly list: { readonly head: object; readonly items: readonly KubeObject[] } }
    /** Anything else that is JSON. */
    | { readonly json: unknown }
    | { readonly events: AsyncIterable<WatchEvent> }
    | { readonly bytes: AsyncIterable<Uint8Array> }
}

/** Returns an answer in JSON. */
export function answer(status: number, json: unknown): ApiResponse {
  return { status, body: { json } }
}

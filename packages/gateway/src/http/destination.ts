import type { Instance } from '../instance/instance.ts'
import type { OwnAnswer } from './own-answer.ts'
import type { RequestHead } from './request-head.ts'

/** What a request leads to. */
export type Destination = { readonly instance: Instance; readonly port: number }

/** Says what the request with a head leads to, or what it is answered with where it leads nowhere. */
export type FindDestination = (bytes: Buffer, head: RequestHead) => Destination | OwnAnswer

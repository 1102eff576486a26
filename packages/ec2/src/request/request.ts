import { createHash, randomBytes } from 'node:crypto'

import type { Kind, ObjectMeta } from '@nexqloud/kube'

import type { Caller } from '../account/caller.ts'
import type { Fields } from '../codec/read-query.ts'
import { EC2_GROUP } from '../resource/kinds.ts'
import type { Write } from '../resource/write.ts'

/** An action that was accepted, with all that it makes: what was begun of it is finished, whatever dies. */
export type Request = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    readonly action: string
    readonly region: string
    /** The ARN of who asked. */
    readonly principal: string
    readonly sourceAddress: string
    /** ISO 8601. */
    readonly at: string
    /** A digest of what was asked, without the token. */
    readonly inputHash: string
    readonly writes: readonly Write[]
    /** What was answered, kept where it may be asked again: JSON. */
    readonly answer?: string
  }
  /** Whether all of it is made but what was refused for good. */
  readonly status?: { readonly isMade?: boolean }
}

/** Requests, for a client. */
export const requests: Kind<Request> = {
  group: EC2_GROUP,
  version: 'v1',
  kind: 'Request',
  plural: 'requests',
  isNamespaced: true,
}

/** Returns the name of a request: the same token in the same account, region and action is the same request. */
export function nameOfRequest(caller: Caller, action: string, token: string | undefined): string {
  if (token === undefined) return `r-${randomBytes(16).toString('hex')}`
  const parts = JSON.stringify([caller.account.id, caller.region, action, token])
  return `t-${createHash('sha256').update(parts).digest('hex').slice(0, 40)}`
}

/** Returns a digest of what is asked, but for its token. */
export function hashInput(input: Fields): string {
  const { ClientToken: _, DryRun: __, ...rest } = input
  return createHash('sha256').update(JSON.stringify(rest, bytesAsText)).digest('hex')
}

function bytesAsText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

import type { Place } from '../resource/resource-view.ts'

/** Whose account a request is for. */
export type Account = {
  /** 12 digits. */
  readonly id: string
  /** Where what it has stands in the Kubernetes API. */
  readonly namespace: string
}

/** Who asks, and where. */
export type Caller = {
  readonly account: Account
  readonly region: string
  /** E.g. `arn:aws:iam::123456789012:root`. */
  readonly arn: string
  /** AWS's unique id of the principal; the account's id for its root. */
  readonly userId: string
  readonly accessKeyId: string
  /** Of a temporary key that a user got for itself: without a second factor, it may not touch IAM. */
  readonly isSession?: boolean
}

/** Returns where what a caller asks for stands. */
export function placeOf({ account, region }: Pick<Caller, 'account' | 'region'>): Place {
  return { namespace: account.namespace, region }
}

/** Where what is in no region stands, as AWS's clients sign for it. */
export const GLOBAL_REGION = 'us-east-1'

/** Returns the ARN of an account's root. */
export function rootArnOf({ id }: Pick<Account, 'id'>): string {
  return `arn:aws:iam::${id}:root`
}

/** Returns the root of an account as who asks in a region, with no key: what is done in its name. */
export function rootCallerOf(account: Account, region: string): Caller {
  return { account, region, arn: rootArnOf(account), userId: account.id, accessKeyId: '' }
}

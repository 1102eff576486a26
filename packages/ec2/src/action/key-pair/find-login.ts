import type { Caller } from '../../account/caller.ts'
import type { Region } from '../../door/region.ts'
import type { PushedKeys } from '../../neighbour/connect/pushed-keys.ts'
import { findWantedInstance } from '../../resource/find-wanted-instance.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Place, ResourceView } from '../../resource/resource-view.ts'

/** Somebody shows a key at an instance. */
export type LoginQuestion = {
  readonly namespace: string
  readonly instanceId: string
  /** E.g. `ec2-user`. */
  readonly osUser: string
  /** As OpenSSH writes it: its type, and base64. */
  readonly publicKey: string
}

/** What is known of instances and keys. */
export type LoginParts = {
  readonly view: Pick<ResourceView, 'get' | 'list'>
  readonly regions: readonly Region[]
  readonly pushedKeys: Pick<PushedKeys, 'has'>
  readonly findOwner: (place: Place) => Caller | undefined
}

const { keyPairs } = ec2Kinds

/**
 * Returns by what a key may log in to an instance just now, e.g. `key pair mine`; nothing where it may not. A key pair counts as it is now, not as
 * it was at the launch: one that was deleted lets nobody in.
 */
export function findLogin(question: LoginQuestion, parts: LoginParts): string | undefined {
  const { namespace, instanceId, osUser, publicKey } = question
  const { view, regions, pushedKeys, findOwner } = parts
  const found = findWantedInstance(view, regions, { namespace, id: instanceId })
  if (found === undefined) return undefined
  const { place, instance } = found
  const { KeyName } = instance.spec
  // Names count in their account and region alone.
  const pair = view.list(keyPairs, place).find(({ spec }) => spec.KeyName === KeyName)
  if (KeyName !== undefined && isSameKey(pair?.spec.PublicKey, publicKey)) {
    return `key pair ${KeyName}`
  }
  const accountId = findOwner(place)?.account.id
  const isPushed =
    accountId !== undefined && pushedKeys.has({ accountId, instanceId, osUser, publicKey })
  return isPushed ? 'pushed key' : undefined
}

/** A comment after a key is no part of it. */
function isSameKey(line: string | undefined, publicKey: string): boolean {
  const bare = (text: string): string => text.trim().split(/\s+/, 2).join(' ')
  return line !== undefined && bare(line) === bare(publicKey)
}

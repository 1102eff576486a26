import { createHash } from 'node:crypto'

import { kinds, type KubeClient } from '@nexqloud/kube'

import type { Instance } from '../heal/instance.ts'
import { settled, toIso, uidOf } from '../object/object.ts'

/** What is left of an instance that was erased. */
export type ErasureReceipt = {
  readonly namespace: string
  readonly instance: string
  readonly uid: string
  readonly account: string
  /** ISO 8601, by the chain: when its tenant was told to take it out, and when it was erased. */
  readonly frozenAt: string
  readonly toldAt: string
  readonly erasedAt: string
  /** SHA-256 of its specification as JSON: whoever kept it can show that it is this one. */
  readonly specificationSha256: string
}

/** Signs a text in the masternode's name, as a wallet signs a message (EIP-191). */
export type Attest = (text: string) => Promise<string>

/** When what happened to an instance: chain seconds. */
export type ErasureTimes = { readonly toldAt: number; readonly erasedAt: number }

/** Returns the receipt of an instance. */
export function createErasureReceipt(
  instance: Instance,
  account: string,
  { toldAt, erasedAt }: ErasureTimes,
): ErasureReceipt {
  const { namespace = '', name = '' } = instance.metadata ?? {}
  return {
    namespace,
    instance: name,
    uid: uidOf(instance),
    account,
    frozenAt: instance.status?.frozen?.at ?? '',
    toldAt: toIso(toldAt * 1000),
    erasedAt: toIso(erasedAt * 1000),
    specificationSha256: createHash('sha256').update(JSON.stringify(instance.spec)).digest('hex'),
  }
}

/** Keeps a receipt where its tenant reads it, and returns its name. What has that name already is of an earlier definition, or its tenant's own. */
export async function keepErasureReceipt(
  client: Pick<KubeClient, 'create' | 'delete'>,
  receipt: ErasureReceipt,
  attest: Attest | undefined,
): Promise<string> {
  const { namespace, uid } = receipt
  const name = `erasure-receipt-${uid}`
  const text = JSON.stringify(receipt)
  const signature = await attest?.(text)
  const data = { receipt: text, ...(signature !== undefined && { signature }) }
  const create = (named: { readonly name: string } | { readonly generateName: string }) =>
    client.create(kinds.configMaps, { namespace }, { metadata: { ...named, namespace }, data })
  if ((await settled(create({ name }))) !== undefined) return name
  // Not changed: a tenant may have made it immutable.
  await settled(client.delete(kinds.configMaps, { namespace, name }))
  if ((await settled(create({ name }))) !== undefined) return name
  // Somebody keeps the other one there, by a finalizer.
  const { metadata } = await create({ generateName: `${name}-` })
  return metadata?.name ?? name
}

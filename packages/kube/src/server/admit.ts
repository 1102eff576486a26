import { isDeepStrictEqual } from 'node:util'

import type { KubeObject } from '../object.ts'
import { forbiddenTo } from './authorize.ts'
import type { RequestInfo } from './request-info.ts'
import { ADMINISTRATORS, nodeOf, type User } from './user.ts'

/** Labels that say which tenants a node may serve; nodes do not write them. */
const RESTRICTED = 'node-restriction.kubernetes.io/'

type Change = { readonly next: KubeObject; readonly current: KubeObject | undefined }

/**
 * Throws where what is written, not whether, is somebody else's to decide: an account chooses no node, a node neither its
 * taints nor the labels that tenants are kept apart by, nor another node's lease.
 *
 * @throws {@link StatusError} of the reason Forbidden.
 */
export function assertAdmitted(user: User, info: RequestInfo, change: Change): void {
  if (user.groups.includes(ADMINISTRATORS)) return
  const node = nodeOf(user)
  const why = node === undefined ? refuseAccount(change) : refuseNodeOf(node, info, change)
  if (why !== undefined) throw forbiddenTo(user, info, why)
}

function refuseAccount({ next, current }: Change): string | undefined {
  const choosesNode =
    next.kind === 'Pod' && current === undefined && Boolean(next.spec?.['nodeName'])
  return choosesNode ? 'only the scheduler chooses spec.nodeName' : undefined
}

function refuseNodeOf(node: string, info: RequestInfo, change: Change): string | undefined {
  return info.resource === 'pods' ? refuseNodeOfPod(node, change) : refuseNode(node, info, change)
}

function refuseNode(
  node: string,
  info: RequestInfo,
  { next, current }: Change,
): string | undefined {
  if (info.resource === 'events') return undefined
  if ((info.resource === 'nodes' || info.resource === 'leases') && next.metadata.name !== node) {
    return `node "${node}" is not allowed to write ${info.resource} "${next.metadata.name}"`
  }
  if (info.resource !== 'nodes') return undefined
  const isTainting = !isDeepStrictEqual(next.spec?.['taints'], current?.spec?.['taints'])
  if (current !== undefined && isTainting) return `node "${node}" is not allowed to modify taints`
  if (!isDeepStrictEqual(restrictedLabels(next), restrictedLabels(current))) {
    return `node "${node}" is not allowed to modify labels: ${RESTRICTED}`
  }
  return undefined
}

/** Who a pod belongs to, and how it is found, its node does not say. */
function refuseNodeOfPod(node: string, { next, current }: Change): string | undefined {
  const changed = (['labels', 'ownerReferences'] as const).find(
    (field) => !isDeepStrictEqual(next.metadata[field] ?? {}, current?.metadata[field] ?? {}),
  )
  return changed && `node "${node}" is not allowed to modify ${changed} of pods`
}

function restrictedLabels(object: KubeObject | undefined) {
  const labels = Object.entries(object?.metadata.labels ?? {})
  return labels.filter(([label]) => label.split('/')[0]?.concat('/').endsWith(RESTRICTED))
}

import { statusError, type StatusError } from '../status-error.ts'
import type { RequestInfo } from './request-info.ts'
import { ADMINISTRATORS, nodeOf, type User } from './user.ts'

/** What a decision needs to know beside the request. */
export type Facts = {
  /** Field selector of the request. */
  readonly fieldSelector: string
  /** The node that the pod of the request is bound to; empty where there is none. */
  readonly podNode: () => string
  /** Whether the resource is one that a definition added. */
  readonly isCustom: boolean
}

type Rule = (info: RequestInfo, facts: Facts) => boolean

const reads = new Set(['get', 'list', 'watch'])

/**
 * Throws where a user may not do this. Administrators may do everything, a node what NodeRestriction leaves it, an account what
 * it likes in its own namespaces, but for what only controllers write.
 *
 * @throws {@link StatusError} of the reason Forbidden.
 */
export function assertAllowed(user: User, info: RequestInfo, facts: Facts): void {
  if (user.groups.includes(ADMINISTRATORS)) return
  const node = nodeOf(user)
  const isAllowed =
    node === undefined
      ? isAllowedToAccount(user.namespaces ?? [], info, facts)
      : (nodeRules[resourceOf(info)]?.(node)(info, facts) ?? false)
  if (!isAllowed) throw forbiddenTo(user, info)
}

/** Returns the refusal of what a user may not do. */
export function forbiddenTo(user: User, info: RequestInfo, why = ''): StatusError {
  const { resource, subresource, group, namespace, name, verb } = info
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const full = group === '' ? resource : `${resource}.${group}`
  const where = namespace === '' ? ' at the cluster scope' : ` in the namespace "${namespace}"`
  const named = name === '' ? `${full} is forbidden` : `${full} "${name}" is forbidden`
  const reason =
    why === ''
      ? `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}"${where}`
      : why
  return statusError('Forbidden', `${named}: ${reason}`, {
    details: { name, kind: resource, ...(group === '' ? {} : { group }) },
  })
}

/** What an account does in its own namespaces. What nodes and controllers say about a pod, nobody else says. */
const accountRules: Readonly<Record<string, Rule>> = {
  pods: () => true,
  'pods/status': ({ verb }) => verb === 'get',
  'pods/log': () => true,
  'pods/exec': () => true,
  'pods/attach': () => true,
  'pods/portforward': () => true,
  'pods/eviction': () => true,
  configmaps: () => true,
  secrets: () => true,
  events: ({ verb }) => reads.has(verb),
  'pods.metrics.k8s.io': () => true,
  namespaces: ({ verb }) => verb === 'get',
}

function isAllowedToAccount(
  namespaces: readonly string[],
  info: RequestInfo,
  facts: Facts,
): boolean {
  if (!namespaces.includes(info.namespace)) return false
  if (facts.isCustom) return reads.has(info.verb)
  return accountRules[resourceOf(info)]?.(info, facts) ?? false
}

const isOwnNode =
  (node: string): Rule =>
  ({ verb, name }, { fieldSelector }) =>
    verb === 'create' || name === node || fieldSelector === `metadata.name=${node}`

/** Source: the node authoriser and the NodeRestriction admission of kube-apiserver. */
const nodeRules: Readonly<Record<string, (node: string) => Rule>> = {
  nodes: (node) => (info, facts) => isOwnNode(node)(info, facts) && info.verb !== 'delete',
  'nodes/status':
    (node) =>
    ({ verb, name }) =>
      name === node && verb !== 'get',
  pods:
    (node) =>
    ({ verb }, { fieldSelector, podNode }) => {
      if (verb === 'list' || verb === 'watch') {
        return fieldSelector
          .split(',')
          .some((part) => /^spec\.nodeName==?(.+)$/.exec(part)?.[1] === node)
      }
      return (verb === 'get' || verb === 'delete') && podNode() === node
    },
  'pods/status':
    (node) =>
    ({ verb }, { podNode }) =>
      verb !== 'get' && podNode() === node,
  'leases.coordination.k8s.io':
    (node) =>
    ({ verb, namespace, name }) =>
      namespace === 'kube-node-lease' && (verb === 'create' || name === node),
  events:
    () =>
    ({ verb }) =>
      ['create', 'update', 'patch'].includes(verb),
}

function resourceOf({ group, resource, subresource }: RequestInfo): string {
  const full = group === '' ? resource : `${resource}.${group}`
  return subresource === '' ? full : `${full}/${subresource}`
}

/** Who asks. */
export type User = {
  readonly name: string
  readonly groups: readonly string[]
  /** The namespaces that are an account's own; none for administrators and nodes. */
  readonly namespaces?: readonly string[]
}

/** May do everything. */
export const ADMINISTRATORS = 'system:masters'

/** Nodes that bring their own kubelet; their name is `system:node:` and the node's. */
const NODES = 'system:nodes'

/** Returns the node that a user is; nothing where it is none. */
export function nodeOf({ name, groups }: User): string | undefined {
  const [, node] = /^system:node:(.+)$/.exec(name) ?? []
  return groups.includes(NODES) ? node : undefined
}

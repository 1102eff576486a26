import type { Change } from '@nexqloud/kube'

import { uidOf, type Pod } from './object.ts'

/** The pods of each node. */
export type BoundPods = {
  /** Takes note of what became of a pod; returns whose pods have changed. */
  readonly follow: (change: Change<Pod>) => readonly string[]
  readonly of: (node: string) => ReadonlyMap<string, Pod>
}

const none: ReadonlyMap<string, Pod> = new Map()

/** Returns that no node has pods. */
export function createBoundPods(): BoundPods {
  const nodes = new Map<string, Map<string, Pod>>()
  const nodeOf = ({ spec }: Pod): string => spec?.nodeName ?? ''

  function remove(pod: Pod): void {
    const pods = nodes.get(nodeOf(pod))
    pods?.delete(uidOf(pod))
    if (pods?.size === 0) nodes.delete(nodeOf(pod))
  }

  return {
    follow: (change) => {
      const { type, object } = change
      const before = type === 'updated' ? change.previous : object
      if (type !== 'added') remove(before)
      const node = nodeOf(object)
      if (type !== 'deleted' && node !== '') {
        nodes.set(node, (nodes.get(node) ?? new Map()).set(uidOf(object), object))
      }
      return [...new Set([nodeOf(before), node])].filter((name) => name !== '')
    },
    of: (node) => nodes.get(node) ?? none,
  }
}

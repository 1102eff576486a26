import type { Change } from '@nexqloud/kube'

import type { Instance } from '../heal/instance.ts'
import type { Node, Pod } from '../object/object.ts'
import { placeOf } from './due-instances.ts'
import { payerOf } from './instance-key.ts'

type Namespace = Pick<Pod, 'metadata'>

/** Which pods may be paid for otherwise, by what has become of them, of their instance, their namespace or their device. */
export class PodChanges {
  readonly #places = new Set<string>()
  readonly #nodes = new Set<string>()
  readonly #namespaces = new Set<string>()
  /** Rises with whatever happens. */
  #count = 0

  get count(): number {
    return this.#count
  }

  /** A pod, or the instance of its name. */
  note({ object }: Change<Pod> | Change<Instance>): void {
    this.#count += 1
    this.#places.add(placeOf(object))
  }

  /** A device beats all the time; what counts is whether it is lost. */
  noteNode(change: Change<Node>): void {
    const { type, object } = change
    if (type === 'updated' && isLost(change.previous) === isLost(object)) return
    this.#count += 1
    this.#nodes.add(object.metadata?.name ?? '')
  }

  noteNamespace(change: Change<Namespace>): void {
    const { type, object } = change
    this.#count += 1
    if (type === 'updated' && payerOf(change.previous) === payerOf(object)) return
    this.#namespaces.add(object.metadata?.name ?? '')
  }

  /** Returns where something has changed since the last time it was asked. */
  take(pods: () => readonly Pod[]): ReadonlySet<string> {
    const places = new Set(this.#places)
    if (this.#nodes.size > 0 || this.#namespaces.size > 0) {
      for (const pod of pods()) if (this.#isTouched(pod)) places.add(placeOf(pod))
    }
    for (const each of [this.#places, this.#nodes, this.#namespaces]) each.clear()
    return places
  }

  #isTouched({ metadata, spec }: Pod): boolean {
    return this.#nodes.has(spec?.nodeName ?? '') || this.#namespaces.has(metadata?.namespace ?? '')
  }
}

/** What was on it is made again elsewhere. */
export function isLost(node: Node | undefined): boolean {
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')
  return node === undefined || ready?.reason === 'DeviceLost'
}

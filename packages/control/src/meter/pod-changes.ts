import type { Change } from '@nexqloud/kube'

import type { Instance } from '../heal/instance.ts'
import type { Node, Pod } from '../object/object.ts'
import { placeOf } from './due-instances.ts'
import { payerOf } from './instance-key.ts'

type Namespace = Pick<Pod, 'metadata'>

/** A pod, or an instance by its name alone. */
type Placeable = Pick<Pod, 'metadata' | 'spec'>

/** Where something has become of what is there or of what it belongs to, and whether anything has become of a namespace. */
type PlaceChanges = { readonly places: ReadonlySet<string>; readonly isNamespaceChanged: boolean }

/** Which pods may be paid for otherwise, by what has become of them, of their instance, their namespace or their device. */
export class PodChanges {
  readonly #places = new Set<string>()
  readonly #nodes = new Set<string>()
  readonly #namespaces = new Set<string>()
  #isNamespaceChanged = false

  /** A pod, or the instance of its name. */
  note({ object }: Change<Pod> | Change<Instance>): void {
    this.#places.add(placeOf(object))
  }

  /** A device beats all the time; what counts is whether it is lost. */
  noteNode(change: Change<Node>): void {
    const { type, object } = change
    if (type === 'updated' && isLost(change.previous) === isLost(object)) return
    this.#nodes.add(object.metadata?.name ?? '')
  }

  noteNamespace(change: Change<Namespace>): void {
    const { type, object } = change
    this.#isNamespaceChanged = true
    if (type === 'updated' && payerOf(change.previous) === payerOf(object)) return
    this.#namespaces.add(object.metadata?.name ?? '')
  }

  /** Returns where something has changed since the last time it was asked. */
  take(all: () => readonly Placeable[]): PlaceChanges {
    const places = new Set(this.#places)
    if (this.#nodes.size > 0 || this.#namespaces.size > 0) {
      for (const each of all()) if (this.#isTouched(each)) places.add(placeOf(each))
    }
    for (const each of [this.#places, this.#nodes, this.#namespaces]) each.clear()
    const isNamespaceChanged = this.#isNamespaceChanged
    this.#isNamespaceChanged = false
    return { places, isNamespaceChanged }
  }

  #isTouched({ metadata, spec }: Placeable): boolean {
    return this.#nodes.has(spec?.nodeName ?? '') || this.#namespaces.has(metadata?.namespace ?? '')
  }
}

/** What was on it is made again elsewhere. */
export function isLost(node: Node | undefined): boolean {
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')
  return node === undefined || ready?.reason === 'DeviceLost'
}

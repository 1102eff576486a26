import type { ContainerEgress, TenantWall } from '@nexqloud/engine'
import type { Passage } from '@nexqloud/kernel'

import type { DesiredPod } from '../reconcile/desired-pod.ts'
import type { namesOf, PodContainerStatus } from '../reconcile/pod-labels.ts'

/** What a keeper of egress stands on. */
export type EgressKeeperParts = {
  readonly wall: Pick<TenantWall, 'limitEgress'>
  readonly names: Pick<ReturnType<typeof namesOf>, 'container'>
  readonly onFault: (fault: unknown) => void
}

/** Nothing goes out but answers. */
const NOTHING: readonly Passage[] = []

/** Has the device's wall know each pod, and hold it to what it may reach, from before it starts until nothing is left of it. */
export class EgressKeeper {
  readonly #parts: EgressKeeperParts
  /** By uid; undefined where a pod is held to nothing. */
  readonly #passages = new Map<string, readonly Passage[] | undefined>()

  constructor(parts: EgressKeeperParts) {
    this.#parts = parts
  }

  /** Returns whether it stands: where it does not, nothing may be started, and it is to be tried again. */
  async keep(
    desired: readonly Pick<DesiredPod, 'uid' | 'spec' | 'egress'>[],
    containers: readonly Pick<PodContainerStatus, 'uid' | 'container'>[],
  ): Promise<boolean> {
    this.#learn(desired, containers)
    // The first container has the network of all.
    const first = desired.map(({ uid, spec }) => ({ uid, container: spec?.containers[0]?.name }))
    const named = new Map<string, ContainerEgress>()
    for (const { uid, container: name } of [...first, ...containers]) {
      if (name === undefined) continue
      const container = this.#parts.names.container(uid, name)
      named.set(container, { container, passages: this.#passages.get(uid) })
    }
    const egress = [...named.values()].toSorted((one, other) =>
      one.container < other.container ? -1 : 1,
    )
    try {
      await this.#parts.wall.limitEgress(egress)
      return true
    } catch (failure) {
      this.#parts.onFault(failure)
      return false
    }
  }

  /** A pod that ends is held to what it was held to; one that nobody knows any more, since the agent was started again meanwhile, to all. */
  #learn(
    desired: readonly Pick<DesiredPod, 'uid' | 'egress'>[],
    containers: readonly Pick<PodContainerStatus, 'uid'>[],
  ): void {
    const present = new Set([...desired, ...containers].map(({ uid }) => uid))
    for (const uid of this.#passages.keys()) if (!present.has(uid)) this.#passages.delete(uid)
    for (const { uid, egress } of desired) this.#passages.set(uid, egress)
    for (const { uid } of containers) if (!this.#passages.has(uid)) this.#passages.set(uid, NOTHING)
  }
}

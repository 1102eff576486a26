import { isConditionTrue, type Pod } from '@nexqloud/control'
import { encodeStreamTarget } from '@nexqloud/device'
import { createBackend, type Backend } from '@nexqloud/gateway'
import type { Mux } from '@nexqloud/tunnel'

type Place = { readonly uid: string; readonly mux: Mux; readonly backend: Backend }

/** Where instances are just now. */
export class Places {
  readonly #muxOf: (device: string) => Mux | undefined
  readonly #places = new Map<string, Place>()

  constructor(muxOf: (device: string) => Mux | undefined) {
    this.#muxOf = muxOf
  }

  /**
   * Returns where an instance is: on its pod's device, once that is ready and connected, else nowhere. The gateway keeps streams for a backend, so the
   * same place is the same one.
   */
  of(instance: string, pod: Pod | undefined): readonly Backend[] {
    const mux = isReady(pod) ? this.#muxOf(pod?.spec?.nodeName ?? '') : undefined
    if (mux === undefined) {
      this.#places.delete(instance)
      return []
    }
    const uid = pod?.metadata?.uid ?? ''
    const before = this.#places.get(instance)
    if (before?.uid === uid && before.mux === mux) return [before.backend]
    const encode = (port: number): Buffer => encodeStreamTarget({ kind: 'port', uid, port })
    const backend = createBackend(mux, encode)
    this.#places.set(instance, { uid, mux, backend })
    return [backend]
  }
}

function isReady(pod: Pod | undefined): boolean {
  return (
    pod !== undefined &&
    isConditionTrue(pod, 'Ready') &&
    pod.metadata?.deletionTimestamp === undefined
  )
}

import { createBoundPods, instances, type Instance, type Pod } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'

import { createAddressBook, type AddressBook } from './address-book.ts'
import { addresses } from './address.ts'

/** What is followed, and who is told. */
export type FollowOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** Whether a pod that belongs to no instance is served. */
  readonly isServed: (pod: Pod) => boolean
  /** Something of an instance has changed, by `namespace/name`. */
  readonly onChange: (instance: string) => void
  readonly onFailure: (failure: unknown) => void
}

/** What is wanted, runs and has an address, by `namespace/name`. */
export type ServedInstances = {
  readonly find: (name: string) => {
    readonly instance: Instance | undefined
    readonly pod: Pod | undefined
  }
  readonly addresses: AddressBook
  /** The names of all that is wanted, runs or has an address. */
  readonly all: () => readonly string[]
  /** The names of the instances on a device. */
  readonly on: (device: string) => readonly string[]
  /** Follows until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Resolves once all that there is has been seen. */
  readonly synced: Promise<unknown>
}

/** Returns a view of all instances, pods and addresses. */
export function followInstances(options: FollowOptions): ServedInstances {
  const { client, isServed, onChange } = options
  const book = createAddressBook()
  const bound = createBoundPods()
  const wanted = createInformer(client, {
    ...options,
    kind: instances,
    onChange: ({ object }) => onChange(keyOf(object)),
  })
  const pods = createInformer(client, {
    ...options,
    kind: kinds.pods,
    onChange: (change) => {
      bound.follow(change)
      onChange(keyOf(change.object))
    },
  })
  const held = createInformer(client, {
    ...options,
    kind: addresses,
    onChange: (change) => onChange(book.follow(change)),
  })
  const informers = [wanted, pods, held]
  return {
    addresses: book,
    find: (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const instance = wanted.get({ namespace, name })
      const pod = pods.get({ namespace, name })
      return { instance, pod: pod !== undefined && isServed(pod) ? pod : undefined }
    },
    all: () => [
      ...new Set([...wanted.list().map(keyOf), ...pods.list().map(keyOf), ...book.instances()]),
    ],
    on: (device) => [...bound.of(device).values()].map(keyOf),
    run: async (signal) => {
      await Promise.all(informers.map((informer) => informer.run(signal)))
    },
    synced: Promise.all(informers.map(({ synced }) => synced)),
  }
}

const keyOf = ({ metadata = {} }: Pick<Pod, 'metadata'>): string =>
  `${metadata.namespace ?? ''}/${metadata.name ?? ''}`

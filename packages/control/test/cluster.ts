import { createManualClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  kinds,
  openApiServer,
  openObjectStore,
  type Kind,
  type KubeClient,
  type ObjectName,
} from '@nexqloud/kube'
import { onTestFinished } from 'vitest'

import type { Node, Pod } from '../src/object/object.ts'

/** Opens the embedded API in memory, with a clock that stands; both end with the test. */
export async function openCluster() {
  const clock = createManualClock()
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 10_000 })
  const failures: unknown[] = []
  const server = await openApiServer({ store, clock })
  const client = createKubeClient(
    createInProcessTransport(server, { name: 'control', groups: [ADMINISTRATORS] }),
  )
  const running = new AbortController()
  onTestFinished(async () => {
    running.abort()
    server.close()
    await store.close()
  })
  return {
    ...useCluster(client, running.signal),
    clock,
    failures,
    onFailure: (failure: unknown) => failures.push(failure),
  }
}

/** Returns what tests do with a cluster, embedded or real. */
export function useCluster(client: KubeClient, signal: AbortSignal) {
  const { sees, expectGone } = watchCluster(client, signal)
  return {
    client,
    signal,
    sees,
    expectGone,
    createPod: (pod: Pod) => client.create(kinds.pods, { namespace: 'default' }, pod),
    createNode: async (node: Node) => {
      const { metadata = {} } = await client.create(kinds.nodes, {}, node)
      const { name = '' } = metadata
      await client.patch(
        kinds.nodes,
        { name, subresource: 'status' },
        {
          type: 'merge',
          body: { status: JSON.parse(JSON.stringify(node.status ?? {})) },
        },
      )
    },
    eventsOf: async (name: string) => {
      const { items } = await client.list(kinds.events, {
        fieldSelector: `involvedObject.name=${name}`,
      })
      return items.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
    },
  }
}

function watchCluster(client: KubeClient, signal: AbortSignal) {
  /** Resolves with the first state of an object that is as wanted. */
  async function sees<Type extends object>(
    kind: Kind<Type>,
    name: ObjectName & { readonly name: string },
    isWanted: (object: Type) => boolean,
  ): Promise<Type> {
    const scope = name.namespace === undefined ? {} : { namespace: name.namespace }
    const selection = { ...scope, fieldSelector: `metadata.name=${name.name}` }
    const { items, resourceVersion } = await client.list(kind, selection)
    const found = items.find(isWanted)
    if (found !== undefined) return found
    const stop = new AbortController()
    const watch = { ...selection, resourceVersion, signal: AbortSignal.any([stop.signal, signal]) }
    for await (const { type, object } of client.watch(kind, watch)) {
      if (type === 'DELETED' || type === 'BOOKMARK' || !isWanted(object)) continue
      stop.abort()
      return object
    }
    throw new Error(`The watch ended before ${name.name} was as wanted.`)
  }

  /** Resolves when an object of this name and uid is not there any more. */
  async function expectGone(pod: Pod): Promise<void> {
    const { namespace = '', name = '', uid } = pod.metadata ?? {}
    const selection = { namespace, fieldSelector: `metadata.name=${name}` }
    const { items, resourceVersion } = await client.list(kinds.pods, selection)
    if (!items.some(({ metadata }) => metadata?.uid === uid)) return
    const stop = new AbortController()
    const watch = { ...selection, resourceVersion, signal: AbortSignal.any([stop.signal, signal]) }
    for await (const { type, object } of client.watch(kinds.pods, watch)) {
      if (type === 'DELETED' && object.metadata?.uid === uid) break
    }
    stop.abort()
  }

  return { sees, expectGone }
}

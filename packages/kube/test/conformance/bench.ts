import type { V1Pod } from '@kubernetes/client-node'

import { kinds, type Kind } from '../../src/client/kind.ts'
import { createKubeClient, type KubeClient } from '../../src/client/kube-client.ts'
import type { Transport } from '../../src/client/transport.ts'
import type { JsonObject } from '../../src/json.ts'
import type { ObjectMeta, Wire } from '../../src/object.ts'
import { StatusError, type Status } from '../../src/status-error.ts'

/** A Kubernetes that the suite is run over. */
export type Engine = {
  readonly transport: Transport
  readonly close: () => Promise<void>
}

/** What a test of the suite works with: a namespace of its own, and the client. */
export type Bench = {
  readonly client: KubeClient
  readonly transport: Transport
  readonly namespace: string
}

let count = 0

/** Returns a bench in a namespace that nobody has used. */
export async function openBench({ transport }: Engine): Promise<Bench> {
  const client = createKubeClient(transport)
  count += 1
  const namespace = `conformance-${process.pid}-${count}`
  const path = '/api/v1/namespaces'
  const json = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
  const body = { mediaType: 'application/json', json }
  await transport.call({ method: 'POST', path, query: {}, body })
  return { client, transport, namespace }
}

/** One sentence that holds of every engine, and how it is seen. */
export type Case = readonly [sentence: string, expectIt: (bench: Bench) => Promise<void>]

/** Returns which object of a bench is meant. */
export function at({ namespace }: Bench, name: string, subresource?: string) {
  return { namespace, name, ...(subresource && { subresource }) }
}

/** Creates a pod. */
export function createPod(bench: Bench, ...pod: Parameters<typeof podOf>): Promise<Wire<V1Pod>> {
  return bench.client.create(kinds.pods, { namespace: bench.namespace }, podOf(...pod))
}

/** Binds a pod to a node, which need not be there. */
export function bind(bench: Bench, name: string, node: string): Promise<void> {
  return bench.client.post(kinds.pods, at(bench, name, 'binding'), {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  })
}

/** Returns an object's version. */
export function versionOf({ metadata = {} }: { readonly metadata?: ObjectMeta }): string {
  return metadata.resourceVersion ?? ''
}

/** Returns a pod that every engine takes. */
export function podOf(name: string, more: JsonObject = {}, metadata: JsonObject = {}) {
  return {
    metadata: { name, ...metadata },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'example.com/one:1' }],
      ...more,
    },
  }
}

/** Returns how a call was refused. */
export async function refusalOf(call: Promise<unknown>): Promise<Status> {
  const failure: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (failure instanceof StatusError) return failure.status
  throw failure ?? new Error('It was not refused.')
}

/** Returns the first events of a watch that were asked for, bookmarks left out. */
export async function takeEvents(
  { client, namespace }: Bench,
  kind: Kind<object>,
  how: { readonly from: string; readonly count: number; readonly fieldSelector?: string },
): Promise<readonly string[]> {
  const stop = new AbortController()
  const selector = how.fieldSelector === undefined ? {} : { fieldSelector: how.fieldSelector }
  const watch = { namespace, ...selector, resourceVersion: how.from, timeoutSeconds: 20 }
  const seen: string[] = []
  for await (const { type, object } of client.watch(kind, { ...watch, signal: stop.signal })) {
    if (type === 'BOOKMARK') continue
    const { metadata } = object as { readonly metadata: { readonly name: string } }
    seen.push(`${type} ${metadata.name}`)
    if (seen.length >= how.count) break
  }
  stop.abort()
  return seen
}

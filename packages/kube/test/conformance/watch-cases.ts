import { expect } from 'vitest'

import { kinds } from '../../src/client/kind.ts'
import { bind, createPod, refusalOf, takeEvents, type Case } from './bench.ts'

type Selects = readonly [labelSelector: string, names: readonly string[]]

const selections: readonly Selects[] = [
  ['app=web', ['one', 'two']],
  ['app!=web', ['three']],
  ['app in (web, db),tier', ['one']],
  ['tier notin (front)', ['three', 'two']],
  ['!app', ['three']],
]

function selectsByLabel([labelSelector, names]: Selects): Case {
  return [
    `labels select: ${labelSelector}`,
    async ({ client, namespace }) => {
      const labels = { one: { app: 'web', tier: 'front' }, two: { app: 'web' }, three: {} }
      for (const [name, each] of Object.entries(labels)) {
        await client.create(kinds.secrets, { namespace }, { metadata: { name, labels: each } })
      }
      const { items } = await client.list(kinds.secrets, { namespace, labelSelector })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(names)
    },
  ]
}

/** What lists and watches tell. */
export const watchCases: readonly Case[] = [
  ...selections.map(selectsByLabel),
  [
    'pages hold all objects once, in order',
    async (bench) => {
      const { client, namespace } = bench
      for (const name of ['c', 'a', 'b']) {
        await client.create(kinds.configMaps, { namespace }, { metadata: { name } })
      }
      const list = await client.list(kinds.configMaps, { namespace, limit: 2 })
      const next = await client.list(kinds.configMaps, {
        namespace,
        limit: 2,
        continue: list.continue ?? '',
      })
      const names = [...list.items, ...next.items].map(({ metadata }) => metadata?.name)
      expect(names.filter((name) => name !== 'kube-root-ca.crt')).toEqual(['a', 'b', 'c'])
      expect(next.continue).toBeUndefined()
      expect(next.resourceVersion).toBe(list.resourceVersion)
    },
  ],
  [
    'an unknown field selects nothing, and says so',
    async (bench) => {
      const selection = { namespace: bench.namespace, fieldSelector: 'spec.foo=a' }
      expect(await refusalOf(bench.client.list(kinds.pods, selection))).toMatchObject({
        code: 400,
        reason: 'BadRequest',
      })
    },
  ],
  [
    'a watch goes on from a version, and misses nothing',
    async (bench) => {
      const { client, namespace } = bench
      const name = (each: string) => ({ namespace, name: each })
      const { resourceVersion: from } = await client.list(kinds.secrets, { namespace })
      await client.create(kinds.secrets, { namespace }, { metadata: { name: 'a' } })
      await client.patch(kinds.secrets, name('a'), {
        type: 'merge',
        body: { metadata: { labels: { a: 'b' } } },
      })
      await client.delete(kinds.secrets, name('a'))
      const events = await takeEvents(bench, kinds.secrets, { from, count: 3 })
      expect(events).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    },
  ],
  [
    'an object comes into view by a change, and leaves it so',
    async (bench) => {
      const { client, namespace } = bench
      const { resourceVersion: from } = await client.list(kinds.pods, { namespace })
      await createPod(bench, 'moved')
      await bind(bench, 'moved', 'node-a')
      const running = { namespace, name: 'moved', subresource: 'status' }
      await client.patch(kinds.pods, running, {
        type: 'merge',
        body: { status: { phase: 'Failed' } },
      })
      const fieldSelector = 'spec.nodeName=node-a,status.phase=Pending'
      const events = await takeEvents(bench, kinds.pods, { from, count: 2, fieldSelector })
      expect(events).toEqual(['ADDED moved', 'DELETED moved'])
    },
  ],
  [
    'a list at a version that is not there yet is refused',
    async (bench) => {
      const call = {
        method: 'GET',
        path: '/api/v1/pods',
        query: { resourceVersion: '99999999999' },
      } as const
      const refusal = await refusalOf(bench.transport.call(call))
      expect(refusal).toMatchObject({ code: 504, reason: 'Timeout' })
      expect(refusal.details?.causes?.[0]?.reason).toBe('ResourceVersionTooLarge')
    },
  ],
  [
    'a watch may begin with all that there is, and says when that is told',
    async (bench) => {
      const query = {
        watch: 'true',
        allowWatchBookmarks: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        fieldSelector: 'metadata.name=default',
      }
      const seen: string[] = []
      const stop = new AbortController()
      const call = {
        method: 'GET',
        path: '/api/v1/namespaces',
        query,
        signal: stop.signal,
      } as const
      for await (const { type, object } of bench.transport.watch(call)) {
        seen.push(
          `${type} ${object.metadata.annotations?.['k8s.io/initial-events-end'] ?? object.metadata.name}`,
        )
        if (type === 'BOOKMARK') break
      }
      stop.abort()
      expect(seen).toEqual(['ADDED default', 'BOOKMARK true'])
    },
  ],
  [
    'events are found by what they are about',
    async ({ client, namespace }) => {
      for (const name of ['one', 'two']) {
        const involvedObject = { kind: 'Pod', namespace, name, uid: `uid-${name}` }
        const event = {
          metadata: { name: `${name}.1` },
          involvedObject,
          reason: 'Pulled',
          type: 'Normal',
        }
        await client.create(kinds.events, { namespace }, event)
      }
      const fieldSelector = 'involvedObject.name=two,involvedObject.uid=uid-two,reason!=Killed'
      const { items } = await client.list(kinds.events, { namespace, fieldSelector })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(['two.1'])
    },
  ],
]

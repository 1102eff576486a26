import { expect } from 'vitest'

import { kinds } from '../../src/client/kind.ts'
import { at, bind, createPod, refusalOf, takeEvents, versionOf, type Case } from './bench.ts'

/** How objects are bound, change their status, and end. */
export const lifecycleCases: readonly Case[] = [
  [
    'status is written by its subresource alone, which leaves the rest',
    async (bench) => {
      const pod = await createPod(bench, 'status')
      const { client } = bench
      const ignored = await client.patch(kinds.pods, at(bench, 'status'), {
        type: 'merge',
        body: { status: { reason: 'x' } },
      })
      expect(versionOf(ignored)).toBe(versionOf(pod))
      const body = { spec: { restartPolicy: 'Never' }, status: { reason: 'x' } }
      const written = await client.patch(kinds.pods, at(bench, 'status', 'status'), {
        type: 'strategic',
        body,
      })
      expect(written).toMatchObject({
        spec: { restartPolicy: 'Always' },
        status: { reason: 'x', phase: 'Pending' },
      })
    },
  ],
  [
    'a pod is bound once',
    async (bench) => {
      await createPod(bench, 'bound')
      await bind(bench, 'bound', 'node-a')
      const pod = await bench.client.get(kinds.pods, at(bench, 'bound'))
      expect(pod.spec?.nodeName).toBe('node-a')
      expect(pod.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'PodScheduled', status: 'True' }),
      )
      expect(await refusalOf(bind(bench, 'bound', 'node-b'))).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "node-a"',
      })
    },
  ],
  [
    'a pod that no node has goes at once',
    async (bench) => {
      await createPod(bench, 'unbound')
      await bench.client.delete(kinds.pods, at(bench, 'unbound'))
      expect(await refusalOf(bench.client.get(kinds.pods, at(bench, 'unbound')))).toMatchObject({
        code: 404,
      })
    },
  ],
  [
    'a bound pod has its time, asking again changes nothing, and no time ends it',
    async (bench) => {
      await createPod(bench, 'ending')
      await bind(bench, 'ending', 'node-a')
      const { client } = bench
      await client.delete(kinds.pods, at(bench, 'ending'))
      const ending = await client.get(kinds.pods, at(bench, 'ending'))
      expect(ending.metadata).toMatchObject({
        deletionGracePeriodSeconds: 30,
        deletionTimestamp: expect.any(String) as string,
      })
      await client.delete(kinds.pods, at(bench, 'ending'))
      expect(versionOf(await client.get(kinds.pods, at(bench, 'ending')))).toBe(versionOf(ending))
      const from = versionOf(ending)
      await client.delete(kinds.pods, at(bench, 'ending'), { gracePeriodSeconds: 0 })
      expect(await refusalOf(client.get(kinds.pods, at(bench, 'ending')))).toMatchObject({
        code: 404,
      })
      const events = await takeEvents(bench, kinds.pods, {
        from,
        count: 2,
        fieldSelector: 'metadata.name=ending',
      })
      expect(events).toEqual(['MODIFIED ending', 'DELETED ending'])
    },
  ],
  [
    'an object is deleted only as who asks believes it to be',
    async (bench) => {
      await createPod(bench, 'other')
      const deletion = { preconditions: { uid: 'zz' } }
      const refusal = await refusalOf(bench.client.delete(kinds.pods, at(bench, 'other'), deletion))
      expect(refusal).toMatchObject({ code: 409, reason: 'Conflict' })
      expect(refusal.message).toContain(
        'the UID in the precondition (zz) does not match the UID in record',
      )
    },
  ],
  [
    'an object with a finalizer stays until that is gone, and gets no other',
    async (bench) => {
      const { client, namespace } = bench
      const name = { namespace, name: 'held' }
      await client.create(kinds.configMaps, name, {
        metadata: { name: 'held', finalizers: ['a.b/c'] },
      })
      await client.delete(kinds.configMaps, name)
      expect((await client.get(kinds.configMaps, name)).metadata?.deletionTimestamp).toBeDefined()
      const add = { type: 'merge', body: { metadata: { finalizers: ['a.b/c', 'd.e/f'] } } } as const
      const refusal = await refusalOf(client.patch(kinds.configMaps, name, add))
      expect(refusal.message).toContain(
        'no new finalizers can be added if the object is being deleted',
      )
      await client.patch(kinds.configMaps, name, {
        type: 'merge',
        body: { metadata: { finalizers: null } },
      })
      expect(await refusalOf(client.get(kinds.configMaps, name))).toMatchObject({ code: 404 })
    },
  ],
  [
    'an evicted pod is asked to end',
    async (bench) => {
      await createPod(bench, 'evicted')
      await bind(bench, 'evicted', 'node-a')
      await bench.client.post(kinds.pods, at(bench, 'evicted', 'eviction'), {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'evicted', namespace: bench.namespace },
      })
      const pod = await bench.client.get(kinds.pods, at(bench, 'evicted'))
      expect(pod.metadata?.deletionTimestamp).toBeDefined()
    },
  ],
  [
    'the namespaces that every cluster has are not deleted',
    async ({ client }) => {
      expect(await refusalOf(client.delete(kinds.namespaces, { name: 'default' }))).toMatchObject({
        code: 403,
        reason: 'Forbidden',
      })
    },
  ],
]

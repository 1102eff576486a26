import type { V1Pod } from '@kubernetes/client-node'
import { expect } from 'vitest'

import { kinds } from '../../src/client/kind.ts'
import type { Wire } from '../../src/object.ts'
import { at, createPod, podOf, refusalOf, versionOf, type Case } from './bench.ts'

type WrongPod = readonly [what: string, pod: Wire<V1Pod>, field: string, reason: string]

const container = { name: 'c', image: 'x' }
const withContainer = (more: object) => podOf('x', { containers: [{ ...container, ...more }] })

const wrongPods: readonly WrongPod[] = [
  ['a wrong name', podOf('X_1'), 'metadata.name', 'FieldValueInvalid'],
  ['no containers', podOf('x', { containers: [] }), 'spec.containers', 'FieldValueRequired'],
  [
    'a port of 70000',
    withContainer({ ports: [{ containerPort: 70_000 }] }),
    'spec.containers[0].ports[0].containerPort',
    'FieldValueInvalid',
  ],
  [
    'a volume that is not there',
    withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    'spec.containers[0].volumeMounts[0].name',
    'FieldValueNotFound',
  ],
  [
    'two containers of one name',
    podOf('x', { containers: [container, container] }),
    'spec.containers[1].name',
    'FieldValueDuplicate',
  ],
  [
    'an unknown restart policy',
    podOf('x', { restartPolicy: 'Sometimes' }),
    'spec.restartPolicy',
    'FieldValueNotSupported',
  ],
]

function refusesPod([what, pod, field, reason]: WrongPod): Case {
  return [
    `${what} is refused, naming the field`,
    async (bench) => {
      const refusal = await refusalOf(bench.client.create(kinds.pods, at(bench, ''), pod))
      expect(refusal).toMatchObject({ code: 422, reason: 'Invalid', details: { kind: 'Pod' } })
      expect(refusal.details?.causes).toContainEqual(expect.objectContaining({ field, reason }))
    },
  ]
}

/** What holds of objects of all kinds. */
export const objectCases: readonly Case[] = [
  ...wrongPods.map(refusesPod),
  [
    'a new object gets a uid, a time, a version and defaults',
    async (bench) => {
      const pod = await createPod(bench, 'new')
      expect(pod).toMatchObject({
        metadata: {
          name: 'new',
          namespace: bench.namespace,
          uid: expect.any(String) as string,
          creationTimestamp: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) as string,
          resourceVersion: expect.stringMatching(/^\d+$/) as string,
          generation: 1,
        },
        spec: {
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          containers: [{ imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'File' }],
        },
        status: { phase: 'Pending', qosClass: 'BestEffort' },
      })
      expect(await bench.client.get(kinds.pods, at(bench, 'new'))).toEqual(pod)
    },
  ],
  [
    'a name is made from its beginning',
    async (bench) => {
      const { spec } = podOf('')
      const pod = await bench.client.create(kinds.pods, at(bench, ''), {
        metadata: { generateName: 'gen-' },
        spec,
      })
      expect(pod.metadata?.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    },
  ],
  [
    'a name that is taken is refused',
    async (bench) => {
      await createPod(bench, 'taken')
      expect(await refusalOf(createPod(bench, 'taken'))).toMatchObject({
        code: 409,
        reason: 'AlreadyExists',
        message: 'pods "taken" already exists',
        details: { name: 'taken', kind: 'pods' },
      })
    },
  ],
  [
    'a missing namespace, object and resource are not found',
    async (bench) => {
      const missing = bench.client.create(kinds.pods, { namespace: 'none' }, podOf('x'))
      expect(await refusalOf(missing)).toMatchObject({
        code: 404,
        message: 'namespaces "none" not found',
      })
      expect(await refusalOf(bench.client.get(kinds.pods, at(bench, 'none')))).toMatchObject({
        code: 404,
        reason: 'NotFound',
        message: 'pods "none" not found',
      })
      const unknown = { ...kinds.pods, plural: 'nothings' }
      expect(await refusalOf(bench.client.list(unknown))).toMatchObject({
        code: 404,
        reason: 'NotFound',
      })
    },
  ],
  [
    'an unknown field is refused where the request is strict',
    async (bench) => {
      const body = {
        mediaType: 'application/json',
        json: { apiVersion: 'v1', kind: 'Pod', ...podOf('x', { foo: 1 }) },
      }
      const path = `/api/v1/namespaces/${bench.namespace}/pods`
      const query = { fieldValidation: 'Strict' }
      const refusal = await refusalOf(bench.transport.call({ method: 'POST', path, query, body }))
      expect(refusal).toMatchObject({
        code: 400,
        message:
          'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo"',
      })
    },
  ],
  [
    'a write of an old version is refused, one without a version is not',
    async (bench) => {
      const pod = await createPod(bench, 'stale')
      await bench.client.patch(kinds.pods, at(bench, 'stale'), {
        type: 'merge',
        body: { metadata: { labels: { a: '1' } } },
      })
      expect(
        await refusalOf(bench.client.update(kinds.pods, at(bench, 'stale'), pod)),
      ).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on pods "stale": the object has been modified; please apply your changes to the latest version and try again',
      })
      const { resourceVersion: _version, ...metadata } = pod.metadata ?? {}
      const written = await bench.client.update(kinds.pods, at(bench, 'stale'), {
        ...pod,
        metadata,
      })
      expect(written.metadata?.labels).toBeUndefined()
    },
  ],
  [
    'a write that changes nothing keeps its version',
    async (bench) => {
      const pod = await createPod(bench, 'same')
      const patch = { type: 'merge', body: { spec: { restartPolicy: 'Always' } } } as const
      const patched = await bench.client.patch(kinds.pods, at(bench, 'same'), patch)
      expect(versionOf(patched)).toBe(versionOf(pod))
      expect(versionOf(await bench.client.update(kinds.pods, at(bench, 'same'), patched))).toBe(
        versionOf(pod),
      )
    },
  ],
  [
    'patches of all kinds change labels, and images of containers by name',
    async (bench) => {
      await createPod(bench, 'patched')
      const { client } = bench
      await client.patch(kinds.pods, at(bench, 'patched'), {
        type: 'merge',
        body: { metadata: { labels: { a: '1', b: '2' } } },
      })
      await client.patch(kinds.pods, at(bench, 'patched'), {
        type: 'json',
        body: [{ op: 'remove', path: '/metadata/labels/a' }],
      })
      const pod = await client.patch(kinds.pods, at(bench, 'patched'), {
        type: 'strategic',
        body: { spec: { containers: [{ name: 'c', image: 'example.com/two:2' }] } },
      })
      expect(pod).toMatchObject({
        metadata: { labels: { b: '2' }, generation: 2 },
        spec: {
          containers: [{ name: 'c', image: 'example.com/two:2', imagePullPolicy: 'IfNotPresent' }],
        },
      })
    },
  ],
  [
    'a JSON patch whose test fails is refused',
    async (bench) => {
      await createPod(bench, 'tested')
      const patch = {
        type: 'json',
        body: [{ op: 'test', path: '/metadata/name', value: 'x' }],
      } as const
      const refusal = await refusalOf(bench.client.patch(kinds.pods, at(bench, 'tested'), patch))
      expect(refusal).toMatchObject({ code: 422, reason: 'Invalid' })
    },
  ],
  [
    'what is fixed once a pod is there cannot be changed',
    async (bench) => {
      await createPod(bench, 'fixed')
      const patch = { type: 'merge', body: { spec: { nodeName: 'n' } } } as const
      const refusal = await refusalOf(bench.client.patch(kinds.pods, at(bench, 'fixed'), patch))
      expect(refusal).toMatchObject({ code: 422, reason: 'Invalid' })
      expect(refusal.details?.causes?.[0]).toMatchObject({
        field: 'spec',
        reason: 'FieldValueForbidden',
      })
    },
  ],
  [
    'wrong labels are refused, and so is an object for another namespace',
    async (bench) => {
      const wrong = createPod(bench, 'x', {}, { labels: { 'a b': 'c', d: '-' } })
      const refusal = await refusalOf(wrong)
      expect(refusal.details?.causes).toContainEqual(
        expect.objectContaining({ field: 'metadata.labels', reason: 'FieldValueInvalid' }),
      )
      const elsewhere = createPod(bench, 'x', {}, { namespace: 'default' })
      expect(await refusalOf(elsewhere)).toMatchObject({
        code: 400,
        message:
          'the namespace of the provided object does not match the namespace sent on the request',
      })
    },
  ],
  [
    'texts of a secret are kept as data',
    async ({ client, namespace }) => {
      const name = { namespace, name: 's' }
      const secret = { metadata: { name: 's' }, stringData: { key: 'value' } }
      const made = await client.create(kinds.secrets, name, secret)
      expect(made).toMatchObject({ type: 'Opaque', data: { key: 'dmFsdWU=' } })
      expect(made).not.toHaveProperty('stringData')
    },
  ],
  [
    'a lease is renewed by its newest version',
    async ({ client, namespace }) => {
      const name = { namespace, name: 'l' }
      const spec = { holderIdentity: 'a', renewTime: '2026-01-01T00:00:00.000000Z' }
      const lease = await client.create(kinds.leases, name, { metadata: { name: 'l' }, spec })
      const renewed = { ...lease, spec: { ...spec, renewTime: '2026-01-01T00:00:10.000000Z' } }
      const next = await client.update(kinds.leases, name, renewed)
      expect(next.spec).toEqual(renewed.spec)
      expect(await refusalOf(client.update(kinds.leases, name, renewed))).toMatchObject({
        code: 409,
      })
    },
  ],
  [
    'a node is made not to be used, and its status is kept',
    async ({ client, namespace: name }) => {
      await client.create(kinds.nodes, {}, { metadata: { name } })
      const ready = [{ type: 'Ready', status: 'True', reason: 'x', message: 'y' }]
      const status = { name, subresource: 'status' }
      await client.patch(kinds.nodes, status, {
        type: 'strategic',
        body: { status: { conditions: ready } },
      })
      const cordon = { type: 'strategic', body: { spec: { unschedulable: true } } } as const
      const node = await client.patch(kinds.nodes, { name }, cordon)
      expect(node).toMatchObject({ spec: { unschedulable: true }, status: { conditions: ready } })
      await client.delete(kinds.nodes, { name })
      expect(await refusalOf(client.get(kinds.nodes, { name }))).toMatchObject({ code: 404 })
    },
  ],
]

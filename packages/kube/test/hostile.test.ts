import { Duplex } from 'node:stream'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { kinds, pathOf, type Kind } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import type { Json } from '../src/json.ts'
import { serveSpdy } from '../src/server/streams/spdy-connection.ts'
import { podOf, refusalOf } from './conformance/bench.ts'
import { openEmbedded } from './embedded.ts'

const namespace = 'default'
const mediaTypes = ['json', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json']

/** Words that mean something to the server, in places where they do not belong. */
const words =
  'metadata spec status containers name labels finalizers ports resources limits env volumes ' +
  '$patch $setElementOrder/containers $retainKeys $deleteFromPrimitiveList/finalizers __proto__ constructor'
const word = fc.constantFrom(...words.split(' '))
const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json>(null, 0, -1, '', 'delete', 'replace', true, 'x'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
})).value

/** A specification whose containers are almost right. */
const container = fc.record({
  containers: fc.array(
    fc.record({
      name: fc.constantFrom('c', 'd'),
      image: fc.constant('x'),
      ports: value,
      env: value,
    }),
    { maxLength: 2 },
  ),
  volumes: value,
})
const operation = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
  path: fc.array(word, { maxLength: 3 }).map((steps) => `/${steps.join('/')}`),
  value,
})

test('whatever is sent, the server says what is wrong with it, and goes on', async () => {
  const { transport, failures } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.pods, { namespace }, podOf('a'))
  const place = fc.constantFrom(
    pathOf(kinds.pods, { namespace }),
    pathOf(kinds.pods, { namespace, name: 'a' }),
    pathOf(kinds.pods, { namespace, name: 'a', subresource: 'status' }),
    pathOf(kinds.pods, { namespace, name: 'b', subresource: 'binding' }),
    pathOf(kinds.customResourceDefinitions, {}),
    pathOf(kinds.secrets, { namespace }),
  )
  const request = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'PATCH'),
    path: place,
    json: fc.oneof(
      value,
      fc.dictionary(word, value, { maxKeys: 4 }),
      fc.record({ metadata: fc.constant({ name: 'c' }), spec: container }),
      fc.record({ spec: container }),
      fc.array(operation, { maxLength: 3 }),
    ),
    mediaType: fc.constantFrom(...mediaTypes.map((type) => `application/${type}`)),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, json, mediaType }) => {
      const body = { mediaType, json }
      await transport.call({ method, path, query: {}, body }).catch(() => undefined)
      expect(failures).toEqual([])
    }),
    { numRuns: 1500 },
  )
  expect((await client.list(kinds.namespaces)).items.length).toBeGreaterThanOrEqual(4)
})

test('an object does not grow beyond its limit, by patches or by copies inside of one', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  const at = { namespace, name: 'a' }
  await client.create(kinds.configMaps, at, { metadata: { name: 'a' }, data: { x: 'x' } })
  const text = 'x'.repeat(1 << 20)
  const put = (key: string) => ({ type: 'merge', body: { data: { [key]: text } } }) as const
  await client.patch(kinds.configMaps, at, put('a'))
  expect(await refusalOf(client.patch(kinds.configMaps, at, put('b')))).toMatchObject({
    code: 413,
    reason: 'RequestEntityTooLarge',
  })
  const copies = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/data', path: '/data/y' }))
  const bomb = { type: 'json', body: copies } as const
  expect(await refusalOf(client.patch(kinds.configMaps, at, bomb))).toMatchObject({ code: 422 })
})

test('numbers that clients in Go cannot read, or that no date can hold, are refused', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  const image = { name: 'c', image: 'x' }
  const fraction = podOf('a', { containers: [{ ...image, ports: [{ containerPort: 1.5 }] }] })
  const refusal = await refusalOf(client.create(kinds.pods, { namespace }, fraction))
  expect(refusal).toMatchObject({ code: 400 })
  const endless = podOf('a', { terminationGracePeriodSeconds: 1e15 })
  expect(await refusalOf(client.create(kinds.pods, { namespace }, endless))).toMatchObject({
    code: 422,
    details: { causes: [{ field: 'spec.terminationGracePeriodSeconds' }] },
  })
  await client.create(kinds.pods, { namespace }, podOf('a'))
  for (const gracePeriodSeconds of [1e15, 0.5]) {
    const deleting = client.delete(kinds.pods, { namespace, name: 'a' }, { gracePeriodSeconds })
    expect(await refusalOf(deleting)).toMatchObject({ code: 400 })
  }
  for (const query of [{ limit: '-1' }, { limit: 'x' }, { watch: '1', timeoutSeconds: '-1' }]) {
    const asking = transport.call({ method: 'GET', path: '/api/v1/pods', query })
    expect(await refusalOf(asking)).toMatchObject({ code: 400 })
  }
})

test('lists of ten thousands cost as many times more than shorter ones as they are longer', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  let pods = 0
  const times = async (length: number): Promise<number> => {
    const name = `a${(pods += 1)}`
    const env = Array.from({ length }, (_, index) => ({ name: `v${index}` }))
    const many = env.map(({ name: each }) => ({ name: each, image: 'x' }))
    const beganMs = performance.now()
    const pod = podOf(name, { containers: [{ name: 'c', image: 'x', env }] })
    await client.create(kinds.pods, { namespace }, pod)
    const body = { spec: { containers: [{ name: 'c', env: env.toReversed() }] } }
    await client.patch(kinds.pods, { namespace, name }, { type: 'strategic', body })
    // The longest ones are refused.
    await client
      .create(kinds.pods, { namespace }, podOf(`b${pods}`, { containers: many }))
      .catch(() => {})
    return performance.now() - beganMs
  }
  const best = async (length: number): Promise<number> =>
    Math.min(await times(length), await times(length), await times(length))
  await times(2000)
  // Whatever compares each with each takes a hundred times as long.
  expect(await best(20_000)).toBeLessThan(40 * (await best(2000)))
})

test('a patch does not make an object deeper than any may be', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  const deep = JSON.parse(`${'{"a":'.repeat(199)}1${'}'.repeat(199)}`) as Json
  const definition = {
    metadata: { name: 'things.test.io' },
    spec: {
      group: 'test.io',
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      ],
    },
  }
  await client.create(kinds.customResourceDefinitions, {}, definition)
  const things: Kind = {
    group: 'test.io',
    version: 'v1',
    kind: 'Thing',
    plural: 'things',
    isNamespaced: true,
  }
  const at = { namespace, name: 'a' }
  const thing = { apiVersion: 'test.io/v1', kind: 'Thing', metadata: { name: 'a' } }
  await client.create(things, { namespace }, { ...thing, deep })
  const path = `/deep${'/a'.repeat(199)}`
  const patch = { type: 'json', body: [{ op: 'add', path, value: deep }] } as const
  expect(await refusalOf(client.patch(things, at, patch))).toMatchObject({ code: 400 })
})

test('a selector of nothing but commas costs as many times more than a shorter one as it is longer', async () => {
  const { transport } = await openEmbedded()
  const best = async (commas: number): Promise<number> => {
    const query = { labelSelector: `a in (${','.repeat(commas)}` }
    const times: number[] = []
    for (let round = 0; round < 5; round += 1) {
      const beganMs = performance.now()
      await transport.call({ method: 'GET', path: '/api/v1/pods', query }).catch(() => undefined)
      times.push(performance.now() - beganMs)
    }
    return Math.min(...times)
  }
  await best(6000)
  // Whatever looks at the rest again at each comma takes a hundred times as long.
  expect(await best(60_000)).toBeLessThan(40 * (await best(6000)))
})

test('whatever bytes come instead of SPDY, the connection ends or waits, and nothing else', async () => {
  const frame = fc
    .record({
      head: fc.constantFrom([0x80, 3, 0, 1], [0x80, 3, 0, 3], [0x80, 3, 0, 6], [0, 0, 0, 1]),
      flags: fc.constantFrom(0, 1),
      payload: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ head, flags, payload }) => Buffer.of(...head, flags, 0, 0, payload.length, ...payload))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(frame, fc.uint8Array()), { maxLength: 5 }),
      async (parts) => {
        const written: Buffer[] = []
        const connection = new Duplex({
          read() {},
          write(chunk: Buffer, _encoding, done) {
            written.push(chunk)
            done()
          },
        })
        serveSpdy(connection, (stream) => stream.resume())
        for (const part of parts) if (!connection.destroyed) connection.push(Buffer.from(part))
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
        connection.destroy()
        expect(Buffer.concat(written).length).toBeLessThan(10_000)
      },
    ),
    { numRuns: 300 },
  )
})

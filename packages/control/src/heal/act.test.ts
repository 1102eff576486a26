import { kinds, StatusError } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { act } from './act.ts'
import { defineInstances, instances } from './instance.ts'

const place = { namespace: 'default', name: 'web' }
const YEAR_MS = 365 * 86_400_000

test('a wait that only a wrong clock can have written is none', async () => {
  const { bench, client, instance } = await setup()
  const notBeforeMs = bench.clock.wallMs() + YEAR_MS
  expect(await act(bench, { do: 'create', instance, notBeforeMs })).toBeUndefined()
  expect((await client.list(kinds.pods)).items).toHaveLength(1)
})

test.each([
  ['Forbidden', 403, false],
  ['ServiceUnavailable', 503, true],
])(
  'a pod that the API does not make now (%s) is not tried again at once',
  async (reason, code, throws) => {
    const { bench, client, instance, records } = await setup()
    const create: typeof client.create = async () => {
      throw new StatusError({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        reason,
        message: 'not now',
        code,
      })
    }
    const acting = act(
      { ...bench, client: { ...client, create } },
      { do: 'create', instance, notBeforeMs: 0 },
    )
    const failure: unknown = await acting.catch((error: unknown) => error)
    expect(failure instanceof StatusError).toBe(throws)
    const { status } = await client.get(instances, place)
    expect(status?.notBeforeMs).toBeGreaterThan(bench.clock.wallMs())
    expect(records).toEqual(['FailedCreate'])
  },
)

async function setup() {
  const { client, clock } = await openCluster()
  await defineInstances(client)
  const template = { spec: { containers: [{ name: 'main', image: 'nginx' }] } }
  const instance = await client.create(instances, place, { metadata: place, spec: { template } })
  const records: string[] = []
  const record = async (_: unknown, { reason }: { readonly reason: string }) =>
    void records.push(reason)
  return { client, instance, records, bench: { client, clock, record } }
}

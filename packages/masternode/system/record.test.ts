import { kinds } from '@nexqloud/kube'
import { openRecordStore, type RecordStore } from '@nexqloud/store'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import {
  createPostgresServer,
  findPostgres,
  type PostgresServer,
} from '../../store/test/postgres-server.ts'
import { createInstance, podIsReady, soon, web } from '../test/instance.ts'
import { openRecordLab } from '../test/record-lab.ts'

const programs = findPostgres()
const why =
  programs === undefined
    ? ' (skipped: no /usr/lib/postgresql/*/bin/postgres; apt-get install postgresql)'
    : ''

/** How long the database is away; nothing here depends on how long that is. */
const AWAY_MS = 12_000

describe.skipIf(programs === undefined)(`a record in PostgreSQL${why}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await createPostgresServer(programs ?? '')
    await server.start()
  })
  afterAll(() => server.remove())

  test('a server that is killed and comes back disturbs nothing, and misses nothing', async () => {
    const lab = await openRecordLab(() => openRecordStore(server))
    const agent = await lab.join('device-1')
    await createInstance(lab.client)
    const pod = await podIsReady(lab.client)
    const store = await openRecordStore(server)
    const key = { podUid: pod.metadata?.uid ?? '', container: 'main' }
    await vi.waitFor(async () => expect(await store.readLines(key, 10)).toHaveLength(2), soon)
    await server.kill()
    const before = await agent.running()
    const containers = [{ name: 'main', image: 'registry.test/a/web:1' }]
    const other = { metadata: { name: 'other' }, spec: { containers } }
    await lab.client.create(kinds.pods, { namespace: web.namespace }, other)
    await vi.waitFor(async () => expect(await agent.running()).toHaveLength(2), soon)
    expect(await lab.readLog(pod)).toBe('one\ntwo\n')
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
    expect(await agent.running()).toEqual(expect.arrayContaining([...before]))
    await server.start()
    await expectOutage(store, lab.outages)
    const { metadata } = await lab.client.get(kinds.pods, { ...web, name: 'other' })
    const missed = { podUid: metadata?.uid ?? '', container: 'main' }
    await vi.waitFor(async () => expect(await store.readLines(missed, 10)).toHaveLength(2), soon)
    await vi.waitFor(async () => {
      const subject = { subject: 'instance', ...web, name: 'other' } as const
      const causes = (await store.readEvents(subject, 10)).map(({ cause }) => cause)
      expect(causes).toContain('Scheduled')
    }, soon)
    expect((await lab.client.get(kinds.pods, web)).status?.containerStatuses).toMatchObject([
      { restartCount: 0 },
    ])
    await store.close()
  })
})

async function expectOutage(store: RecordStore, told: readonly unknown[]): Promise<void> {
  await vi.waitFor(() => expect(told).toHaveLength(1), soon)
  const outages = await store.readOutages(new Date(0))
  expect(outages).toMatchObject([{ masternode: 1 }])
  const [{ from, until } = { from: new Date(0), until: new Date(0) }] = outages
  expect(until.getTime() - from.getTime()).toBeGreaterThan(AWAY_MS / 2)
}

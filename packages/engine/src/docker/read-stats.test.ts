import { systemClock } from '@nexqloud/kernel'
import { afterEach, expect, test } from 'vitest'

import { json, openFakeEngine, ordinary, type FakeEngine } from '../../test/fake-engine.ts'
import type { ContainerId } from '../container/specification.ts'
import { openEngine } from './open-engine.ts'

const id = 'ab'.repeat(32) as ContainerId
const fakes: FakeEngine[] = []

afterEach(() => {
  for (const fake of fakes.splice(0)) fake.close()
})

/** As Docker answers with cgroup v1 and v2, and Podman. */
test.each([
  [{ usage: 1000, stats: { total_inactive_file: 300, inactive_file: 100 } }, 700],
  [{ usage: 1000, stats: { inactive_file: 100 } }, 900],
  [{ usage: 1000 }, 1000],
  [{ usage: 100, stats: { inactive_file: 300 } }, 0],
  [{}, 0],
])('of %j the working set is %d bytes', async (memory, memoryBytes) => {
  expect(await statsOf({ memory_stats: memory })).toMatchObject({ memoryBytes })
})

test('adds up the interfaces, under whichever name', async () => {
  const networks = { eth0: { rx_bytes: 1, tx_bytes: 2 }, network: { rx_bytes: 10, tx_bytes: 20 } }
  const found = await statsOf({ networks })
  expect(found).toMatchObject({ receivedBytes: 11, sentBytes: 22, cpuNanoseconds: 5n, pids: 3 })
})

async function statsOf(more: object) {
  const never = '0001-01-01T00:00:00Z'
  const State = { Status: 'running', ExitCode: 0, OOMKilled: false, Error: '' }
  const container = {
    Id: id,
    Name: '/web',
    Created: never,
    Image: `sha256:${id}`,
    Config: { Labels: { 'cloud.nexqloud.owner': 'device' }, Tty: false },
    State: { ...State, StartedAt: never, FinishedAt: never },
    NetworkSettings: { Networks: null },
  }
  const usual = {
    pids_stats: { current: 3 },
    cpu_stats: { cpu_usage: { total_usage: 5 } },
    memory_stats: {},
  }
  const fake = await openFakeEngine({
    ...ordinary,
    [`GET /containers/${id}/json`]: json(container),
    [`GET /containers/${id}/stats`]: json({ ...usual, ...more }),
  })
  fakes.push(fake)
  const { socketPath, folder } = fake
  const place = { socketPath, owner: 'device', dataFolder: folder, clock: systemClock }
  return (await openEngine(place)).readStats(id)
}

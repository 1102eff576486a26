import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createFirewallGuard } from './firewall-guard.ts'
import { createMemoryFirewall } from './firewall.ts'
import { createTenantWall } from './tenant-wall.ts'

test('a table that stands is put anew once a minute, one that was taken away at the next look', async () => {
  const clock = createManualClock()
  const firewall = createMemoryFirewall()
  let applied = 0
  const wall = createTenantWall({
    firewall: {
      ...firewall,
      apply: async (table) => {
        applied += 1
        await firewall.apply(table)
      },
    },
    table: { owner: 'device', bridgeDns: [] },
    findResolvers: async () => [],
  })
  await wall.limitEgress([])
  applied = 0
  const guard = createFirewallGuard({ firewall, wall, clock })
  const look = async (): Promise<number> => {
    await guard()
    await clock.pass(10_000)
    return applied
  }
  expect([await look(), await look(), await look()]).toEqual([1, 1, 1])
  await firewall.remove('device')
  expect([await look(), await look()]).toEqual([2, 2])
  for (let looks = 0; looks < 5; looks += 1) await look()
  expect(applied).toBe(3)
})

import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createMemoryMachine } from '../memory/memory-engine.ts'
import { FirewallFailedError } from './errors.ts'
import { createMemoryFirewall, type Firewall } from './firewall.ts'
import { guardEngine } from './guard-engine.ts'
import { createTenantWall } from './tenant-wall.ts'

test('starts nothing before the table is in place, and puts it back where it was flushed', async () => {
  const firewall = createMemoryFirewall()
  const { engine, id } = await setup(firewall)
  await engine.startContainer(id)
  expect(await firewall.isApplied('device')).toBe(true)
  await firewall.remove('device')
  await engine.startContainer(id)
  expect(await firewall.isApplied('device')).toBe(true)
})

test('starts nothing where there is no firewall', async () => {
  const refuse = () => Promise.reject(new FirewallFailedError('nft was not found'))
  const { engine, id } = await setup({ ...createMemoryFirewall(), apply: refuse })
  await expect(engine.startContainer(id)).rejects.toMatchObject({ code: 'ENGINE_FIREWALL_FAILED' })
  expect((await engine.inspectContainer(id)).state).toBe('created')
})

async function setup(firewall: Firewall) {
  const image = {
    name: 'a.test/x/one:1',
    digest: `sha256:${'0'.repeat(64)}`,
    architecture: 'amd64',
    sizeBytes: 1,
    programs: { serve: () => new Promise<number>(() => {}) },
    command: ['serve'],
  }
  const machine = createMemoryMachine({ clock: createManualClock(), registry: [image] })
  const table = { owner: 'device', bridgeDns: [] }
  const engine = guardEngine(
    machine.engine('device'),
    createTenantWall({ firewall, table, findResolvers: async () => [] }),
  )
  const pulled = await engine.pullImage({ image: image.name })
  const id = await engine.createContainer({
    name: 'web',
    image: pulled.id,
    network: { kind: 'none' },
    limits: { memoryBytes: 1, cpuMilli: 1, pids: 1 },
    capabilities: [],
  })
  return { engine, id }
}

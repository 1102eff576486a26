import { expect, test } from 'vitest'

import { FirewallFailedError } from './errors.ts'
import { createMemoryFirewall } from './firewall.ts'
import { createTenantWall } from './tenant-wall.ts'

const table = { owner: 'device', bridgeDns: [] }
const mute = { container: 'mute', passages: [] }
const web = { container: 'web', passages: [{ cidr: '0.0.0.0/0' }] }

function setup() {
  const firewall = createMemoryFirewall()
  const resolvers = { ofMachine: [] as readonly string[], ofTable: [] as readonly string[] }
  let line: string | undefined
  const trouble = { isOn: false }
  let applied = 0
  const open = () =>
    createTenantWall({
      firewall: {
        ...firewall,
        apply: async (next) => {
          if (trouble.isOn) throw new FirewallFailedError('nft was not found')
          applied += 1
          await firewall.apply(next)
          resolvers.ofTable = next.resolvers
          ;({ line } = next)
        },
      },
      table,
      findResolvers: async () => resolvers.ofMachine,
    })
  return {
    firewall,
    resolvers,
    line: () => line,
    trouble,
    open,
    applied: () => applied,
    egress: () => firewall.egressOf('device'),
  }
}

test('what is said twice is put once, and what is said next takes its place', async () => {
  const { open, applied, egress } = setup()
  const wall = open()
  await wall.limitEgress([mute])
  await wall.limitEgress([mute])
  expect([applied(), egress()]).toEqual([1, [mute]])
  await wall.limitEgress([mute, web])
  expect([applied(), egress()]).toEqual([2, [mute, web]])
})

test('a table that was taken away comes back with what was said', async () => {
  const { open, firewall, egress } = setup()
  const wall = open()
  await wall.limitEgress([mute])
  await firewall.remove('device')
  await wall.raise()
  expect(egress()).toEqual([mute])
})

test('after a restart, a table that stands holds who runs until it is said anew', async () => {
  const { open, egress } = setup()
  await open().limitEgress([mute])
  const wall = open()
  await wall.renew()
  await wall.raise()
  expect(egress()).toEqual([mute])
  await wall.limitEgress([])
  expect(egress()).toEqual([])
})

test('where there is no table at the start, one is put', async () => {
  const { open, egress } = setup()
  await open().renew()
  expect(egress()).toEqual([])
})

test('what could not be put is put when it is said again, also where it is what stood before', async () => {
  const { open, trouble, egress } = setup()
  const wall = open()
  await wall.limitEgress([mute])
  trouble.isOn = true
  await expect(wall.limitEgress([web])).rejects.toMatchObject({ code: 'ENGINE_FIREWALL_FAILED' })
  trouble.isOn = false
  await wall.renew()
  expect(egress()).toEqual([web])
  await wall.limitEgress([mute])
  expect(egress()).toEqual([mute])
})

test('changes come one after the other, in their order', async () => {
  const { open, egress } = setup()
  const wall = open()
  await Promise.all([wall.limitEgress([mute]), wall.limitEgress([web]), wall.renew()])
  expect(egress()).toEqual([web])
})

test('a machine that finds its name servers late, or others, has them in its table before the next start', async () => {
  const { open, resolvers, applied } = setup()
  const wall = open()
  await wall.limitEgress([mute])
  resolvers.ofMachine = ['192.168.1.1']
  await wall.raise()
  expect(resolvers.ofTable).toEqual(['192.168.1.1'])
  resolvers.ofMachine = ['192.168.2.1', '9.9.9.9']
  await wall.renew()
  expect(resolvers.ofTable).toEqual(['192.168.2.1', '9.9.9.9'])
  await wall.raise()
  expect(applied()).toBe(3)
})

test('the line of the machine is closed once it is known, and stays so whatever is said of containers', async () => {
  const { open, line, applied } = setup()
  const wall = open()
  await wall.limitEgress([mute])
  expect(line()).toBeUndefined()
  await wall.closeLine('203.0.113.1')
  await wall.closeLine('203.0.113.1')
  expect([applied(), line()]).toEqual([2, '203.0.113.1'])
  await wall.limitEgress([web])
  expect(line()).toBe('203.0.113.1')
  await wall.closeLine('203.0.113.2')
  expect(line()).toBe('203.0.113.2')
})

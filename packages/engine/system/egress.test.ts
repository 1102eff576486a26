import type { Passage } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { ContainerId } from '../src/container/specification.ts'
import type { Firewall } from '../src/isolation/firewall.ts'
import { createNftFirewall } from '../src/isolation/nft-firewall.ts'
import { createTenantWall, type TenantWall } from '../src/isolation/tenant-wall.ts'
import { createCleanup } from './lab/cleanup.ts'
import { places } from './lab/home-network.ts'
import { RESOLVER } from './lab/home.ts'
import { bringPrograms } from './lab/packages.ts'
import { openTenants, serveName, tenantEngines, type Tenants } from './lab/tenants.ts'

/** What a container reaches that is held to passages. */

const names = ['docker', 'podman'] as const
const http = { protocol: 6, from: 80, to: 80 }
const all = '0.0.0.0/0'

describe.each(names)('a container on %s', (name) => {
  const { program, bridgeDns } = tenantEngines[name]
  const skip = bringPrograms([program, 'docker-registry', 'busybox', 'nft'])
  const cleanup = createCleanup()
  const table = { owner: name, bridgeDns }
  const findResolvers = async () => [RESOLVER]
  let tenants: Tenants
  let firewall: Firewall
  let wall: TenantWall
  let tenant: ContainerId

  beforeAll(async () => {
    if (skip !== undefined) return
    tenants = await openTenants(name, cleanup)
    const { home, engine, run } = tenants
    const nft = ['nsenter', `--net=/run/netns/${home.device.name}`, 'nft']
    firewall = createNftFirewall(nft)
    wall = createTenantWall({ firewall, table, findResolvers })
    await wall.limitEgress([])
    await engine.createNetwork({ name: 'ours', hasInternet: true })
    tenant = await run('tenant', 'ours', { command: serveName('tenant') })
  })
  afterAll(cleanup.run)
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip)
  })

  const hold = (passages: readonly Passage[], container = 'tenant'): Promise<void> =>
    wall.limitEgress([{ container: `${name}-${container}`, passages }])
  const askInternet = (): Promise<string> => tenants.ask(tenant, places.internet)

  test.each<readonly [string, Passage, boolean]>([
    ['one address and port', { ...http, cidr: '203.0.113.80/32' }, true],
    ['a block around it', { ...http, cidr: '203.0.113.64/26' }, true],
    ['a block beside it', { ...http, cidr: '203.0.113.0/26' }, false],
    ['other ports', { protocol: 6, from: 81, to: 90, cidr: all }, false],
    ['another protocol', { ...http, protocol: 17, cidr: all }, false],
    ['all ports', { protocol: 6, cidr: all }, true],
    ['everything', { cidr: all }, true],
  ])('that may reach %s', async (_, passage, isReached) => {
    await hold([passage])
    expect(await askInternet()).toBe(isReached ? 'internet' : '')
  })

  test('whose rule is taken back reaches nobody, until it is given again', async () => {
    await hold([{ ...http, cidr: all }])
    expect(await askInternet()).toBe('internet')
    await hold([])
    expect(await askInternet()).toBe('')
    await hold([{ ...http, cidr: all }])
    expect(await askInternet()).toBe('internet')
  })

  test('is no freer than the wall lets it, whatever its passages say', async () => {
    await hold([{ cidr: all }, { cidr: '192.168.77.0/24' }, { cidr: '169.254.169.254/32' }])
    for (const place of ['neighbour', 'router', 'metadata', 'machine'] as const) {
      expect([place, await tenants.ask(tenant, places[place])]).toEqual([place, ''])
    }
  })

  test('reaches its neighbours where its passages say their addresses', async () => {
    await tenants.run('friend', 'ours', { command: serveName('friend') })
    const friend = `${await tenants.addressOf('friend')}:80`
    const askFriend = (): Promise<string> => tenants.ask(tenant, friend)
    await hold([{ cidr: all }])
    expect(await askFriend()).toBe('friend')
    await hold([{ ...http, cidr: '203.0.113.80/32' }])
    expect(await askFriend()).toBe('')
  })

  test('that is held keeps nobody else from anything', async () => {
    await hold([])
    const free = await tenants.run('free', 'ours')
    expect(await tenants.ask(free, places.internet)).toBe('internet')
  })

  test('has names answered, and answers who dials in, without any passage', async () => {
    await hold([])
    if (name === 'docker') {
      const looked = await tenants.tell(tenant, 'timeout 5 nslookup -type=a example.test')
      expect(looked).toContain('203.0.113.80')
    }
    const { home, addressOf } = tenants
    const url = `http://${await addressOf('tenant')}/name`
    expect(home.device.run('busybox', 'wget', '-q', '-O', '-', url)).toBe('tenant')
    expect(await askInternet()).toBe('')
  })

  test('has its first packet held, since its rule stands before it starts', async () => {
    await hold([], 'eager')
    const script = `wget -q -O - http://${places.internet}/name || echo refused; echo; sleep 600`
    const eager = await tenants.run('eager', 'ours', { command: ['sh', '-c', script] })
    const abort = new AbortController()
    const request = { follow: true, signal: abort.signal }
    let said = ''
    for await (const { bytes } of tenants.engine.readLogs(eager, request)) {
      said += Buffer.from(bytes).toString()
      if (/refused|internet/.test(said)) abort.abort()
    }
    expect(said).toContain('refused')
  })

  test('finds the doors of the machine without any passage', async () => {
    const doors = [{ port: 80, to: 8099 }]
    const open = createTenantWall({ firewall, table: { ...table, doors }, findResolvers })
    await open.limitEgress([{ container: `${name}-tenant`, passages: [] }])
    expect(await tenants.ask(tenant, places.metadata)).toBe('machine')
    expect(await askInternet()).toBe('')
  })
})

import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { ContainerEngine } from '../src/container-engine.ts'
import type { ContainerId } from '../src/container/specification.ts'
import type { Firewall } from '../src/isolation/firewall.ts'
import { guardEngine } from '../src/isolation/guard-engine.ts'
import { createNftFirewall } from '../src/isolation/nft-firewall.ts'
import { createTenantWall } from '../src/isolation/tenant-wall.ts'
import { limits } from '../test/suite/bench.ts'
import { createCleanup } from './lab/cleanup.ts'
import { places } from './lab/home-network.ts'
import { RESOLVER, type Home } from './lab/home.ts'
import { bringPrograms } from './lab/packages.ts'
import { openTenants, serveName, tenantEngines, type Tenants } from './lab/tenants.ts'

const names = ['docker', 'podman'] as const

describe.each(names)('a tenant on %s', (name) => {
  const { program, bridgeDns } = tenantEngines[name]
  const skip = bringPrograms([program, 'docker-registry', 'busybox', 'nft'])
  const cleanup = createCleanup()
  let tenants: Tenants
  let home: Home
  let engine: ContainerEngine
  let tenant: ContainerId

  beforeAll(async () => {
    if (skip !== undefined) return
    tenants = await openTenants(name, cleanup)
    home = tenants.home
    engine = tenants.engine
    await engine.createNetwork({ name: 'ours', hasInternet: true })
    await engine.createNetwork({ name: 'theirs', hasInternet: true })
    await engine.createNetwork({ name: 'inward', hasInternet: false })
    tenant = await run('tenant', 'ours')
    await run('friend', 'ours', { command: serveName('friend') })
    await run('stranger', 'theirs', { command: serveName('stranger') })
  })
  afterAll(cleanup.run)
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip)
  })

  const run: Tenants['run'] = (...asked) => tenants.run(...asked)
  const tell: Tenants['tell'] = (...asked) => tenants.tell(...asked)
  const ask: Tenants['ask'] = (...asked) => tenants.ask(...asked)
  const addressOf: Tenants['addressOf'] = (container) => tenants.addressOf(container)

  /** Asks the machine at its IPv6 address on the tenant's link. */
  async function askOverLink(): Promise<string> {
    const ours = (await engine.listNetworks()).find((network) => network.name === 'ours')
    const shown = home.device.run('ip', '-6', '-o', 'address', 'show', 'dev', ours?.bridge ?? '')
    const [local = ''] = /fe80:[0-9a-f:]+/.exec(shown) ?? []
    return ask(tenant, `[${local}%eth0]:8099`)
  }

  /** The machine's side of the tenant's network, which is its way out. */
  const gateway = async (): Promise<string> => (await addressOf('tenant')).replace(/\d+$/, '1')

  test('would reach everything around it if the engine alone kept it', async () => {
    for (const [place, address] of Object.entries(places))
      expect(await ask(tenant, address)).toBe(place)
    expect(await ask(tenant, `${await gateway()}:8099`)).toBe('machine')
    // Podman's containers have an IPv6 address of the link, Docker's have none; and Podman forwards between networks.
    // The kernel looks for a second owner of such an address before it is used.
    await expect.poll(askOverLink, { timeout: 20_000 }).toBe(name === 'podman' ? 'machine' : '')
    const stranger = `${await addressOf('stranger')}:80`
    expect(await ask(tenant, stranger)).toBe(name === 'podman' ? 'stranger' : '')
  })

  describe('behind our table', () => {
    const table = { owner: name, resolvers: [RESOLVER], bridgeDns }
    let firewall: Firewall

    beforeAll(async () => {
      if (skip !== undefined) return
      const nft = ['nsenter', `--net=/run/netns/${home.device.name}`, 'nft']
      firewall = createNftFirewall(nft)
      await firewall.apply(table)
    })

    test('which is put in place, replaced and taken away as a whole', async () => {
      await firewall.apply(table)
      expect(await firewall.isApplied(name)).toBe(true)
      await firewall.remove(name)
      await firewall.remove(name)
      expect(await firewall.isApplied(name)).toBe(false)
      const findResolvers = async () => [RESOLVER]
      const wall = createTenantWall({ firewall, table, findResolvers })
      await guardEngine(engine, wall).startContainer(tenant)
      expect(await firewall.isApplied(name)).toBe(true)
    })

    test('reaches the internet, by address and by name', async () => {
      expect(await ask(tenant, places.internet)).toBe('internet')
      if (name === 'docker') {
        expect(await tell(tenant, 'timeout 5 nslookup -type=a example.test')).toContain(
          '203.0.113.80',
        )
      }
    })

    test('reaches its own network, by address and by name', async () => {
      expect(await ask(tenant, `${await addressOf('friend')}:80`)).toBe('friend')
      expect(await tell(tenant, 'timeout 5 nslookup -type=a friend')).toContain(
        await addressOf('friend'),
      )
    })

    test('reaches neither neighbour, router, metadata nor the machine', async () => {
      for (const place of ['neighbour', 'router', 'metadata', 'machine'] as const) {
        expect([place, await ask(tenant, places[place])]).toEqual([place, ''])
      }
      expect(await ask(tenant, `${await gateway()}:8099`)).toBe('')
      expect(await ask(tenant, '127.0.0.1:8099')).toBe('')
    })

    test('does not reach the router at its address of the internet, once that is known', async () => {
      const [line = ''] = places.line.split(':')
      await firewall.apply({ ...table, line })
      expect(await ask(tenant, places.line)).toBe('')
      expect(await ask(tenant, places.internet)).toBe('internet')
      await firewall.apply(table)
      expect(await ask(tenant, places.line)).toBe('line')
    })

    test('finds at the address of metadata a door of the machine, which nobody else does', async () => {
      await firewall.apply({ ...table, doors: [{ port: 80, to: 8099 }] })
      expect(await ask(tenant, places.metadata)).toBe('machine')
      // What it leads to is open through the door alone, and no other port is a door.
      expect(await ask(tenant, `${await gateway()}:8099`)).toBe('')
      expect(await ask(tenant, places.machine)).toBe('')
      expect(await ask(tenant, '169.254.169.254:8099')).toBe('')
      expect(await ask(tenant, '169.254.169.253:80')).toBe('')
      // A second owner has a door at the same place, for its own tenants.
      const second = { ...table, owner: `${name} too`, doors: [{ port: 80, to: 8098 }] }
      await firewall.apply(second)
      expect(await ask(tenant, places.metadata)).toBe('machine')
      await firewall.remove(second.owner)
      const script = `timeout 2 wget -q -O - http://${places.machine}/name || true`
      expect(home.device.run('busybox', 'sh', '-c', script)).toBe('')
      await firewall.apply(table)
      expect(await ask(tenant, places.metadata)).toBe('')
    })

    test('does not reach the machine over IPv6 either', async () => {
      expect(await askOverLink()).toBe('')
    })

    test('does not reach another tenant', async () => {
      expect(await ask(tenant, `${await addressOf('stranger')}:80`)).toBe('')
    })

    test('is reached from the machine', async () => {
      const address = await addressOf('friend')
      const answer = home.device.run('busybox', 'wget', '-q', '-O', '-', `http://${address}/name`)
      expect(answer).toBe('friend')
    })

    test('is probed from the machine, over HTTP and TCP', async () => {
      const script = join(import.meta.dirname, 'lab/probe-once.ts')
      const address = await addressOf('friend')
      const probe = (port: string): unknown =>
        JSON.parse(home.device.run(process.execPath, script, address, port))
      expect(probe('80')).toEqual([
        { passed: true, message: 'HTTP status 200' },
        { passed: true, message: 'port 80 is open' },
      ])
      expect(probe('81')).toMatchObject([{ passed: false }, { passed: false }])
    })

    test('without internet reaches nothing, and is reached from the machine', async () => {
      const id = await run('inward', 'inward', { command: serveName('inward') })
      for (const address of Object.values(places)) expect(await ask(id, address)).toBe('')
      const { address = '' } = await engine.inspectContainer(id)
      const gatewayAddress = address.replace(/\d+$/, '1')
      expect(await ask(id, `${gatewayAddress}:8099`)).toBe('')
      const answer = home.device.run('busybox', 'wget', '-q', '-O', '-', `http://${address}/name`)
      expect(answer).toBe('inward')
    })
  })

  test('has no power of root, and cannot get it', async () => {
    const status = await tell(tenant, 'cat /proc/self/status')
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(status).toMatch(new RegExp(`${set}:\\s+0{16}`))
    }
    expect(status).toMatch(/NoNewPrivs:\s+1/)
    expect(status).toMatch(/Seccomp:\s+2/)
    expect(await tell(tenant, 'unshare -U true 2>&1 || echo refused')).toContain('refused')
    expect(await tell(tenant, 'unshare -r true 2>&1 || echo refused')).toContain('refused')
  })

  test('has the capabilities that it was given, and no others', async () => {
    const id = await run('capable', 'ours', {
      hostname: 'web-0',
      capabilities: ['NET_BIND_SERVICE', 'CHOWN'],
    })
    expect(await tell(id, 'cat /proc/sys/kernel/hostname')).toBe('web-0')
    // CAP_CHOWN is 0, CAP_NET_BIND_SERVICE 10.
    expect(await tell(id, 'cat /proc/1/status')).toMatch(/CapBnd:\s+0000000000000401/)
  })

  test('writes where it may, and nowhere else', async () => {
    const id = await run('reader', 'ours', {
      readOnlyRootFilesystem: true,
      tmpfs: [{ path: '/scratch', sizeBytes: 1024 * 1024 }],
    })
    expect(await tell(id, 'touch /etc/x 2>&1 || echo refused')).toContain('refused')
    expect(await tell(id, 'touch /scratch/x && echo done')).toBe('done')
    const fill = 'dd if=/dev/zero of=/scratch/y bs=1M count=4 2>&1 || echo refused'
    expect(await tell(id, fill)).toContain('refused')
  })

  test('gets no more CPU than it may, which may be more than the machine has', async () => {
    // Where version 2 of cgroups is not there, version 1 is.
    const quota = 'cut -d" " -f1 cpu.max 2>/dev/null || cat cpu/cpu.cfs_quota_us'
    for (const cpuMilli of [64_000, 250]) {
      const id = await run(`cpu-${cpuMilli}`, 'ours', { limits: { ...limits, cpuMilli } })
      expect(await tell(id, `cd /sys/fs/cgroup; ${quota}`)).toBe(`${cpuMilli * 100}`)
    }
  })

  test('has no more processes than it may', async () => {
    const id = await run('forker', 'ours', { limits: { ...limits, pids: 8 } })
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done; echo started'
    expect(await tell(id, script)).not.toContain('started')
  })

  test('that needs more memory than it may have is killed, and it is said why where it is known', async () => {
    const script = 'x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done'
    const id = await run('hungry', 'ours', {
      command: ['sh', '-c', script],
      limits: { ...limits, memoryBytes: 16 * 1024 * 1024 },
    })
    const abort = new AbortController()
    while ((await engine.inspectContainer(id)).state === 'running') {
      await systemClock.delay(20, abort.signal)
    }
    const { exit } = await engine.inspectContainer(id)
    expect(exit?.code).toBe(137)
    expect(exit?.isOomKilled).toBe(name === 'docker' ? true : undefined)
  })
})

import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { guardEngine } from '../src/isolation/guard-engine.ts'
import { createNftFirewall } from '../src/isolation/nft-firewall.ts'
import { createTenantWall, type TenantWall } from '../src/isolation/tenant-wall.ts'
import { createCleanup } from './lab/cleanup.ts'
import { RESOLVER } from './lab/home.ts'
import { stopProcess, waitUntilReady } from './lab/namespace.ts'
import { bringPrograms } from './lab/packages.ts'
import { openTenants, serveName, tenantEngines, type Tenants } from './lab/tenants.ts'

/** Who answers at an address that another container had a moment ago: on Docker, as Podman gives all others first. */

const skip = bringPrograms([tenantEngines.docker.program, 'docker-registry', 'busybox', 'nft'])
const cleanup = createCleanup()
let tenants: Tenants
let wall: TenantWall
const table = { owner: 'docker', bridgeDns: [] }
const nft = () => ['nsenter', `--net=/run/netns/${tenants.home.device.name}`, 'nft']

beforeAll(async () => {
  if (skip !== undefined) return
  tenants = await openTenants('docker', cleanup)
  await tenants.engine.createNetwork({ name: 'ours', hasInternet: true })
  const findResolvers = async () => [RESOLVER]
  wall = createTenantWall({ firewall: createNftFirewall(nft()), table, findResolvers })
})
afterAll(cleanup.run)
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('who comes after another one is reached at once, by the machine and by its neighbours', async () => {
  const neighbour = await tenants.run('neighbour', 'ours')
  const first = await tenants.run('first', 'ours', { command: serveName('first') })
  const address = await tenants.addressOf('first')
  const expectAnswer = (name: string) =>
    vi.waitFor(
      async () => {
        expect(askFromMachine(address)).toBe(name)
        expect(await tenants.ask(neighbour, address)).toBe(name)
      },
      // A link address that nobody has any more is believed for at least three times as long.
      { timeout: 5000 },
    )
  await expectAnswer('first')
  await tenants.engine.removeContainer(first)
  await tenants.run('second', 'ours', { command: serveName('second') })
  expect(await tenants.addressOf('second')).toBe(address)
  await expectAnswer('second')
})

test('who comes after another one hears nothing that was for that one, and may send no more for it', async () => {
  const speak = async (name: 'before' | 'after', ...said: string[]) => {
    const id = (await tenants.engine.listContainers()).find(
      (one) => one.name === `docker-${name}`,
    )?.id
    if (id === undefined) throw new Error(`There is no ${name}.`)
    const script = join(import.meta.dirname, 'lab/udp-talk.ts')
    return tenants.runBeside(id, process.execPath, script, INTERNET, ...said)
  }
  await startEcho()
  await wall.limitEgress([{ container: 'docker-before', passages: undefined }])
  const before = await tenants.run('before', 'ours')
  const address = await tenants.addressOf('before')
  expect(await speak('before', 'secret', '4000')).toBe('secret')
  await tenants.engine.removeContainer(before)
  await wall.limitEgress([{ container: 'docker-after', passages: undefined }])
  await tenants.run('after', 'ours')
  expect(await tenants.addressOf('after')).toBe(address)
  expect(await speak('after', 'own', '4001', '4000')).toBe('own')
  await wall.limitEgress([{ container: 'docker-after', passages: [] }])
  expect(await speak('after', 'more', '4000')).toBe('EHOSTUNREACH')
})

test('who starts after the machine has found its name servers has names answered', async () => {
  let found: readonly string[] = []
  const firewall = createNftFirewall(nft())
  const late = createTenantWall({ firewall, table, findResolvers: async () => found })
  await late.limitEgress([])
  const asker = await tenants.run('asker', 'ours')
  const look = () => tenants.tell(asker, 'timeout 3 nslookup -type=a example.test || true')
  expect(await look()).not.toContain('203.0.113.80')
  found = [RESOLVER]
  await guardEngine(tenants.engine, late).startContainer(asker)
  expect(await look()).toContain('203.0.113.80')
})

/** The router's own address there. */
const INTERNET = '203.0.113.1'

async function startEcho(): Promise<void> {
  const { router } = tenants.home
  const script = join(import.meta.dirname, 'lab/udp-echo.ts')
  const echo = router.start(process.execPath, [script, INTERNET])
  cleanup.add(() => stopProcess(echo))
  await waitUntilReady(echo, async () => router.run('cat', '/proc/net/udp').includes(':1388'))
}

function askFromMachine(address: string): string {
  const script = `const answer = await fetch('http://${address}/name', { signal: AbortSignal.timeout(1000) })
process.stdout.write(await answer.text())`
  return tenants.home.device.run(process.execPath, '--input-type=module', '--eval', script)
}

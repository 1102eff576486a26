import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { createCleanup } from './lab/cleanup.ts'
import { bringPrograms } from './lab/packages.ts'
import { openTenants, serveName, tenantEngines, type Tenants } from './lab/tenants.ts'

/** Who answers at an address that another container had a moment ago: on Docker, as Podman gives all others first. */

const skip = bringPrograms([tenantEngines.docker.program, 'docker-registry', 'busybox', 'nft'])
const cleanup = createCleanup()
let tenants: Tenants

beforeAll(async () => {
  if (skip !== undefined) return
  tenants = await openTenants('docker', cleanup)
  await tenants.engine.createNetwork({ name: 'ours', hasInternet: true })
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

function askFromMachine(address: string): string {
  const script = `const answer = await fetch('http://${address}/name', { signal: AbortSignal.timeout(1000) })
process.stdout.write(await answer.text())`
  return tenants.home.device.run(process.execPath, '--input-type=module', '--eval', script)
}

import type { OpenWallet } from '@nexqloud/control'
import { parseMasternodeId, systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
} from '@nexqloud/kube'
import { createTlsKey } from '@nexqloud/tunnel'
import { expect, onTestFinished, test } from 'vitest'

import { createKubeVault } from './kube-vault.ts'
import { createSeal } from './seal.ts'

const owner = { namespace: 'acme', namespaceUid: '6f0c' }
const seal = createSeal(createTlsKey())

test('of several masternodes that make a wallet at once one keeps it, and it is the same ever after', async () => {
  const { vaultOf } = await setup()
  const another = createSeal(createTlsKey())
  const made = await Promise.all([
    vaultOf(1, seal).open(owner),
    vaultOf(2, another).open(owner),
    vaultOf(1, seal).open(owner),
  ])
  const again = await Promise.all([
    vaultOf(1, seal).open(owner),
    vaultOf(2, another).open(owner),
    vaultOf(1, seal).open(owner),
  ])
  expect(again).toEqual(made)
  expect(made.includes(undefined)).toBe(true)
  expect(new Set(made.filter((each) => each !== undefined)).size).toBe(1)
})

test('a masternode whose TLS key was replaced knows the wallets that it cannot open any more', async () => {
  const { vaultOf } = await setup()
  const before = await vaultOf(1, seal).open(owner)
  const replaced = createSeal(createTlsKey())
  expect(await vaultOf(1, replaced).open(owner)).toBe('locked')
  expect(await vaultOf(2, replaced).open(owner)).toBeUndefined()
  expect(await vaultOf(1, seal).open(owner)).toEqual(before)
})

/** Returns vaults over one API; a wallet that is open is its address here. */
async function setup() {
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 1000 })
  const server = await openApiServer({ store, clock: systemClock })
  onTestFinished(async () => {
    server.close()
    await store.close()
  })
  const user = { name: 'masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  return {
    vaultOf: (id: number, own: ReturnType<typeof createSeal>) =>
      createKubeVault({
        client,
        seal: own,
        own: async () => parseMasternodeId(id),
        use: async ({ address }) => address as unknown as OpenWallet,
      }),
  }
}

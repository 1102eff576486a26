import { ELECTION_NAMESPACE } from '@nexqloud/control'
import { createManualClock, parseMasternodeId } from '@nexqloud/kernel'
import { StatusError, type KubeClient } from '@nexqloud/kube'
import { zeroAddress } from 'viem'
import { expect, test } from 'vitest'

import { identityOf } from '../masternode/identity.ts'
import { findMasternodesHere, type MasternodesHereParts } from './masternodes-here.ts'

const hashOf = (id: number) => `0x${String(id).repeat(64)}` as const
const presence = (name: string) => {
  return { metadata: { name, labels: { 'nexqloud.io/role': 'masternode' } } }
}

test('those that say on the API that they work there, and serve on the chain, are here', async () => {
  const { here, leases, clock } = setup()
  expect(await here()).toEqual([1])
  leases.push(presence(identityOf(hashOf(1))), presence(identityOf(hashOf(3))))
  // Neither on the chain, nor a masternode.
  leases.push(presence('masternode-of-nobody'), { metadata: { name: identityOf(hashOf(2)) } })
  expect(await here()).toEqual([1])
  await clock.pass(10_000)
  expect(await here()).toEqual([1, 3])
})

test('where one works alone there is nobody else, and where the API does not answer nobody knows', async () => {
  const { here, failures, clock } = setup()
  failures.push(new StatusError({ reason: 'NotFound', code: 404, message: 'None.' } as never))
  expect(await here()).toEqual([1])
  await clock.pass(10_000)
  failures.push(new TypeError('Away.'))
  await expect(here()).rejects.toThrow('Away.')
  expect(await here()).toEqual([1])
})

/** Three masternodes serve, of which this is the first. */
function setup() {
  const clock = createManualClock()
  const leases: object[] = []
  const failures: unknown[] = []
  const list = async (_: unknown, selection: unknown) => {
    expect(selection).toEqual({ namespace: ELECTION_NAMESPACE })
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    return { resourceVersion: '1', continue: undefined, items: leases }
  }
  const read = {
    activeSeats: async () => 0b111n,
    inSeat: async ([seat]: readonly [number]) => seat + 1,
    masternode: async ([id]: readonly [number]) => {
      const [operator, signer] = [zeroAddress, zeroAddress]
      const region = `0x${'0'.repeat(64)}`
      return { operator, signer, status: 2, tlsKeyHash: hashOf(id), region, endpoint: '' }
    },
  }
  const here = findMasternodesHere({
    client: { list: list as KubeClient['list'] },
    ledger: { masternodes: { read } } as unknown as MasternodesHereParts['ledger'],
    clock,
    own: async () => parseMasternodeId(1),
  })
  return { here, leases, failures, clock }
}

import { annotations } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { nexqloudLocal } from '@nexqloud/ledger'
import { stringToHex } from 'viem'
import { expect, test } from 'vitest'

import { connectMemoryNode } from '../src/session/memory-node.ts'
import { image, openInstances } from './instance-network.ts'

const account = `0x${'a'.repeat(40)}`

test('who asks for the lease of an instance that has none is told how one comes to be', async () => {
  const { type, client } = await openInstances(1)
  await type(['run', image])
  const show = (name: string) => type(['lease', 'show', name], { connect: connect(0n) })
  await expect(show('web')).rejects.toMatchObject({ code: 'LEASE_UNPAID_NAMESPACE' })
  await assign(client)
  await expect(show('web')).rejects.toMatchObject({
    code: 'LEASE_UNOPENED',
    message: 'web has had no lease yet, and nothing is billed for it.',
  })
  await expect(show('other')).rejects.toMatchObject({ code: 'INSTANCE_ABSENT' })
})

test('the lease of an instance is shown by its name', async () => {
  const { type, client } = await openInstances(1)
  await type(['run', image])
  await assign(client)
  const { documents } = await type(['lease', 'show', 'web', '--json'], { connect: connect(3n) })
  expect(documents[0]).toMatchObject({
    instance: expect.stringMatching(new RegExp(`^${account}[0-9a-f]{24}$`)),
    account,
    token: '3',
    device: 7,
    kind: 't3.micro',
    isOpen: true,
  })
})

function assign(client: Awaited<ReturnType<typeof openInstances>>['client']) {
  const body = { metadata: { annotations: { [annotations.account]: account } } }
  return client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
}

/** A chain on which each instance's newest lease has a token; 0 for none. */
const connect = (token: bigint) => async () =>
  connectMemoryNode({
    chainId: nexqloudLocal.id,
    returns: { lastToken: token, lease: { ...lease, token }, kind },
  })

const kind = { name: stringToHex('t3.micro', { size: 32 }), microUsdPerHour: 4000, since: 0 }
const lease = {
  device: 7,
  rate: 4000,
  from: 1_800_000_000,
  end: 0,
  reserve: 10n,
  opener: 1,
  beneficiary: 1,
  kind: 2,
}

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

test('what an order costs is told before it is given, beside what it costs elsewhere', async () => {
  const { type, client } = await openInstances(1)
  await assign(client)
  const { notes } = await type(['run', image, '--type', 't3.micro', '--no-wait'], { connect: sell })
  expect(notes).toEqual([
    'It costs 0.004 USD an hour while it runs, 2.92 USD a month, as a t3.micro; the account then lasts 9 d 8 h.',
    'Elsewhere: EC2 0.0104 USD, Fargate 0.014565 USD an hour (list prices of 2026-03).',
  ])
  const many = ['run', image, '--count', '2', '--type', 't3.micro', '--no-wait', '--json']
  const { documents } = await type(many, { connect: sell })
  expect(documents[0]).toMatchObject({
    price: { account, kind: 't3.micro', microUsdPerHour: 8000, runwaySeconds: '404940' },
  })
})

test('an account that cannot pay for it launches nothing, and one that nobody can ask does', async () => {
  const { type, client } = await openInstances(1)
  await assign(client)
  const empty = async () =>
    connectMemoryNode({ ...shop, returns: { ...shop.returns, spendableAt: 1n } })
  const poor = type(['run', image, '--type', 't3.micro'], { connect: empty })
  await expect(poor).rejects.toMatchObject({ code: 'LEASE_ACCOUNT_TOO_LOW' })
  const large = type(['run', image, '--cpu', '3'], { connect: sell })
  await expect(large).rejects.toMatchObject({ code: 'LEASE_NOT_SOLD' })
  const silent = await type(['run', image, '--no-wait'])
  expect(silent.notes.join()).toContain('The chain does not answer')
  expect(silent.lines).toEqual(['web'])
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

const amounts = [
  'balance',
  'leaving',
  'leavingSince',
  'charged',
  'maxTotal',
  'maxRate',
  'holds',
  'buffers',
  'rateSum',
  'weighted',
  'approvals',
]

/** A chain that sells one kind, at a thousandth of an NXQ for a micro-dollar, to an account that has 900 NXQ and nothing that runs. */
const shop = {
  chainId: nexqloudLocal.id,
  returns: {
    kind: { name: stringToHex('t3.micro', { size: 32 }), microUsdPerHour: 4000, since: 0 },
    spendableAt: 900_000_000_000_000_000_000n,
    account: { ...Object.fromEntries(amounts.map((name) => [name, 0n])), maxRate: 1_000_000n },
    currentPrice: 1_000_000_000_000_000n,
    terms: { bufferSeconds: 60, delaySeconds: 60, closingRewardBps: 1000 },
  },
}
const sell = async () => connectMemoryNode(shop)

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

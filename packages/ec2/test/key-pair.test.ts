import { afterEach, beforeEach, expect, test } from 'vitest'

import { requests } from '../src/request/request.ts'
import { ec2Kinds } from '../src/resource/kinds.ts'
import { openLab, type Lab } from './lab/open-client.ts'

/** Key pairs, as AWS's own client has them. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

test('a key pair is made, found by what is known of it, and deleted; its private part is kept nowhere', async () => {
  const client = lab.clientIn('eu-west-1')
  const TagSpecifications = [
    { ResourceType: 'key-pair' as const, Tags: [{ Key: 'team', Value: 'blue' }] },
  ]
  const first = await client.createKeyPair({
    KeyName: 'one',
    KeyType: 'ed25519',
    TagSpecifications,
  })
  await client.createKeyPair({ KeyName: 'two', KeyType: 'ed25519' })
  expect(first.KeyMaterial).toContain('PRIVATE KEY')

  const { KeyPairId = '', KeyFingerprint = '' } = first
  const found = await Promise.all([
    client.describeKeyPairs({ KeyNames: ['one'] }),
    client.describeKeyPairs({ KeyPairIds: [KeyPairId] }),
    client.describeKeyPairs({ Filters: [{ Name: 'fingerprint', Values: [KeyFingerprint] }] }),
    client.describeKeyPairs({ Filters: [{ Name: 'tag:team', Values: ['blue'] }] }),
  ])
  for (const { KeyPairs = [] } of found) {
    expect(KeyPairs.map(({ KeyName, PublicKey }) => [KeyName, PublicKey])).toEqual([
      ['one', undefined],
    ])
  }
  const { KeyPairs = [] } = await client.describeKeyPairs({ IncludePublicKey: true })
  expect(KeyPairs.map(({ PublicKey }) => PublicKey)).toEqual([
    expect.stringMatching(/^ssh-ed25519 \S+ one$/),
    expect.stringMatching(/^ssh-ed25519 \S+ two$/),
  ])

  const { items: pairs } = await lab.world.client.list(ec2Kinds.keyPairs)
  const { items: accepted } = await lab.world.client.list(requests)
  const made = accepted.filter(({ spec }) => spec.action === 'CreateKeyPair')
  expect([pairs.length, made.length]).toEqual([2, 2])
  expect(JSON.stringify([pairs, made])).not.toContain('PRIVATE')

  expect(await client.deleteKeyPair({ KeyName: 'one' })).toMatchObject({ KeyPairId, Return: true })
  expect(await client.deleteKeyPair({ KeyName: 'one' })).toMatchObject({ Return: true })
  await expect(client.describeKeyPairs({ KeyNames: ['one'] })).rejects.toMatchObject({
    name: 'InvalidKeyPair.NotFound',
  })
  expect(lab.faults).toEqual([])
})

test.each([
  [{ KeyName: ' one' }, 'InvalidParameterValue'],
  [{ KeyName: 'a'.repeat(256) }, 'InvalidParameterValue'],
  [{ KeyName: '' }, 'MissingParameter'],
  [{ KeyName: 'one', KeyFormat: 'der' as never }, 'InvalidParameterValue'],
  [{ KeyName: 'one', KeyType: 'dsa' as never }, 'InvalidParameterValue'],
])('%j makes no key pair', async (input, name) => {
  await expect(lab.clientIn('eu-west-1').createKeyPair(input)).rejects.toMatchObject({ name })
})

test('a name is one key pair’s in a region', async () => {
  const wish = { KeyName: 'one', KeyType: 'ed25519' } as const
  await lab.clientIn('eu-west-1').createKeyPair(wish)
  await lab.clientIn('us-east-1').createKeyPair(wish)
  await expect(lab.clientIn('eu-west-1').createKeyPair(wish)).rejects.toMatchObject({
    name: 'InvalidKeyPair.Duplicate',
  })
})

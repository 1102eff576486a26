import { kinds } from '@nexqloud/kube'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'

import { openWorld } from '../../test/lab/open-world.ts'
import { accountOfKey, createAccessKeyId } from './iam-id.ts'
import { accounts } from './kinds.ts'
import { accountIdOf, openAccount } from './open-account.ts'

test('a namespace has one account, whoever opens it, and however often at once', async () => {
  const client = await setup()
  const opened = await Promise.all(
    [1, 2, 3].map(async () => openAccount(client, { namespace: 'default' })),
  )
  expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
  const { items } = await client.list(accounts)
  expect(items.map(({ spec }) => spec.namespace)).toEqual(['default'])
})

test('where another has the digits, the next ones are taken, and again the same', async () => {
  const client = await setup()
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  const first = accountIdOf(metadata?.uid ?? '', 0)
  const spec = { namespace: 'other', namespaceUid: 'another' }
  await client.create(accounts, {}, { metadata: { name: first }, spec })
  const { id } = await openAccount(client, { namespace: 'default' })
  expect(id).toBe(accountIdOf(metadata?.uid ?? '', 1))
  expect((await openAccount(client, { namespace: 'default' })).id).toBe(id)
})

test('ids are 12 digits that do not begin with 0, and an access key tells its account', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.nat({ max: 15 }), (uid, tries) => {
      const id = accountIdOf(uid, tries)
      expect(id).toMatch(/^[1-9]\d{11}$/)
      for (const prefix of ['AKIA', 'ASIA'] as const) {
        const key = createAccessKeyId(prefix, id)
        expect(key).toMatch(/^A[KS]IA[A-Z2-7]{16}$/)
        expect(accountOfKey(key)).toBe(id)
      }
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(accountOfKey(text)).toBeUndefined()
    }),
  )
})

async function setup() {
  const faults: unknown[] = []
  const world = await openWorld((failure) => void faults.push(failure))
  onTestFinished(world.close)
  return world.client
}

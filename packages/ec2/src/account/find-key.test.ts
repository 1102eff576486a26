import { createManualClock } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { openWorld } from '../../test/lab/open-world.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { AccountDirectory } from './account-directory.ts'
import { GLOBAL_REGION } from './caller.ts'
import { createRootKey } from './create-root-key.ts'
import { createFindKey } from './find-key.ts'
import { iamKinds } from './kinds.ts'
import { openAccount } from './open-account.ts'
import { createMemorySeal } from './seal.ts'
import { issueSession } from './session.ts'

const namespace = 'tenant'

test('a key is found at once, also before the API has told of it', async () => {
  const { findKey, key, account } = await setup()
  expect(await findKey(key.accessKeyId, undefined)).toEqual({
    account,
    arn: `arn:aws:iam::${account.id}:root`,
    userId: account.id,
    secretAccessKey: key.secretAccessKey,
  })
  expect(await findKey(key.accessKeyId, 'a token')).toBeUndefined()
  expect(await findKey(key.accessKeyId.toLowerCase(), undefined)).toBeUndefined()
})

test('a namespace that is made anew is another account: what was signed for before is nobody’s', async () => {
  const { client, directory, findKey, key, account, seal } = await setup()
  const root = { account, arn: `arn:aws:iam::${account.id}:root`, userId: account.id }
  const session = issueSession(seal, root, Number.MAX_SAFE_INTEGER)
  const asked = [session.accessKeyId, session.sessionToken] as const
  expect(await findKey(...asked)).toMatchObject({ account })
  await client.delete(kinds.namespaces, { name: namespace })
  directory.takeNamespace(
    await client.create(kinds.namespaces, {}, { metadata: { name: namespace } }),
  )
  const later = await openAccount(client, { namespace })
  expect(later.id).not.toBe(account.id)
  expect(await findKey(...asked)).toBeUndefined()
  expect(await findKey(key.accessKeyId, undefined)).toBeUndefined()
})

test('a sealed secret is of no use to another key', async () => {
  const { client, findKey, key, account, view } = await setup()
  const other = `${key.accessKeyId.slice(0, -1)}${key.accessKeyId.endsWith('A') ? 'B' : 'A'}`
  const kind = iamKinds.accessKeys
  const kept = await client.get(kind, { namespace, name: key.accessKeyId.toLowerCase() })
  const { labels, annotations } = kept.metadata ?? {}
  const metadata = { name: other.toLowerCase(), namespace, labels, annotations }
  const spec = { ...kept.spec, AccessKeyId: other }
  await client.create(kind, { namespace }, { metadata, spec } as never)
  expect(await findKey(other, undefined)).toBeUndefined()
  const place = { namespace: account.namespace, region: GLOBAL_REGION }
  expect(view.get(kind, place, other.toLowerCase())?.spec.AccessKeyId).toBe(other)
})

async function setup() {
  const clock = createManualClock(Date.parse('2026-11-27T00:00:00Z'))
  const opened = Promise.withResolvers<ResourceView>()
  const world = await openWorld(opened.reject, {
    clock,
    more: () => ({
      access: (view) => {
        opened.resolve(view)
        return { findKey: async () => undefined, authorize: () => {} }
      },
    }),
  })
  const { client } = world
  const over = new AbortController()
  onTestFinished(async () => {
    over.abort()
    await world.close()
  })
  const seal = createMemorySeal()
  const view = await opened.promise
  const directory = new AccountDirectory({ client, clock, onFailure: opened.reject })
  void directory.run(over.signal)
  await client.create(kinds.namespaces, {}, { metadata: { name: namespace } })
  const account = await openAccount(client, { namespace })
  const key = await createRootKey({ client, seal, clock }, account)
  const findKey = createFindKey({ client, directory, view, seal, clock })
  return { client, directory, findKey, key, account, seal, view }
}

import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { openApi } from '../../../test/lab/open-world.ts'
import { PushedKeys } from '../../neighbour/connect/pushed-keys.ts'
import {
  ec2Kinds,
  type Ec2Kind,
  type InstanceSpec,
  type KeyPairSpec,
} from '../../resource/kinds.ts'
import { ResourceView } from '../../resource/resource-view.ts'
import { REGION_LABEL } from '../../resource/resource.ts'
import { findLogin, type LoginQuestion } from './find-login.ts'

const mine = { namespace: 'mine', region: 'local' }
const KEY = 'ssh-ed25519 AAAA'
const question: LoginQuestion = {
  namespace: 'mine',
  instanceId: 'i-1',
  osUser: 'ec2-user',
  publicKey: KEY,
}

test('the key pair of the launch lets its key in, and no other key', async () => {
  const { ask, putKey } = await openScene()
  putKey(mine, 'key-1', `${KEY} me@home`)
  expect(ask()).toBe('key pair me')
  expect(ask({ osUser: 'root' })).toBe('key pair me')
  expect(ask({ publicKey: 'ssh-ed25519 AAAB' })).toBeUndefined()
  expect(ask({ publicKey: 'ssh-rsa AAAA' })).toBeUndefined()
  expect(ask({ instanceId: 'i-2' })).toBeUndefined()
})

test('a key pair that was deleted lets nobody in', async () => {
  const { ask, putKey, remove } = await openScene()
  const pair = putKey(mine, 'key-1', KEY)
  expect(ask()).toBe('key pair me')
  remove(pair)
  expect(ask()).toBeUndefined()
})

test('a key pair of that name in another account or region lets nobody in', async () => {
  const { ask, putKey } = await openScene()
  putKey({ namespace: 'theirs', region: 'local' }, 'key-1', KEY)
  putKey({ namespace: 'mine', region: 'elsewhere' }, 'key-2', KEY)
  expect(ask()).toBeUndefined()
  expect(ask({ namespace: 'theirs' })).toBeUndefined()
})

test('an instance without a key pair, and one that is terminated, let nobody in', async () => {
  const { ask, putKey, putInstance } = await openScene()
  putKey(mine, 'key-1', KEY)
  putInstance({ Goal: 'running' })
  expect(ask()).toBeUndefined()
  putInstance({ Goal: 'terminated', KeyName: 'me' })
  expect(ask()).toBeUndefined()
})

test('a key that was pushed lets its user in, for a minute', async () => {
  const { ask, clock, pushedKeys } = await openScene()
  const pushed = { accountId: 'account of mine', instanceId: 'i-1', osUser: 'ec2-user' }
  pushedKeys.push({ ...pushed, publicKey: KEY })
  expect(ask()).toBe('pushed key')
  expect(ask({ osUser: 'root' })).toBeUndefined()
  await clock.pass(60_000)
  expect(ask()).toBeUndefined()
  pushedKeys.push({ ...pushed, accountId: 'account of theirs', publicKey: KEY })
  expect(ask()).toBeUndefined()
})

/** Returns a view in which an instance of `mine` was launched with the key pair `me`. */
async function openScene() {
  const clock = createManualClock()
  const { client, close } = await openApi(() => {})
  await close()
  const view = new ResourceView({ client, clock, onFailure: () => {} })
  const pushedKeys = new PushedKeys(clock)
  let version = 0
  const metadataOf = ({ namespace, region }: typeof mine, name: string) => {
    version += 1
    const labels = { [REGION_LABEL]: region }
    return { namespace, name, uid: name, labels, resourceVersion: String(version) }
  }
  const putInstance = (spec: Partial<InstanceSpec>): void =>
    view.put(ec2Kinds.instances, {
      metadata: metadataOf(mine, 'i-1'),
      spec: spec as InstanceSpec,
    })
  putInstance({ Goal: 'running', KeyName: 'me' })
  return {
    clock,
    pushedKeys,
    putInstance,
    putKey: (place: typeof mine, name: string, PublicKey: string) => {
      const spec: KeyPairSpec = { KeyPairId: name, KeyName: 'me', PublicKey }
      const object = { metadata: metadataOf(place, name), spec }
      view.put(ec2Kinds.keyPairs, object)
      return object.metadata
    },
    remove: (metadata: ReturnType<typeof metadataOf>) => {
      const kind = ec2Kinds.keyPairs as unknown as Ec2Kind
      view.takeWritten({ type: 'delete', kind, metadata }, undefined)
    },
    ask: (change: Partial<LoginQuestion> = {}) =>
      findLogin(
        { ...question, ...change },
        {
          view,
          regions: ['elsewhere', 'local'].map((name) => ({ name, zones: [] })),
          pushedKeys,
          findOwner: ({ namespace, region }) => ({
            account: { id: `account of ${namespace}`, namespace },
            region,
            arn: '',
            userId: '',
            accessKeyId: '',
          }),
        },
      ),
  }
}

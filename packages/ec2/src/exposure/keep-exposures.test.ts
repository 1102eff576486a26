import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { beginTransaction, createEmptyView, putInstance } from '../../test/lab/begin-transaction.ts'
import type { Caller } from '../account/caller.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import { REGION_LABEL } from '../resource/resource.ts'
import { keepExposures } from './keep-exposures.ts'

test('instances are told of once, and again when something has changed', async () => {
  const { put, told, clock } = setup()
  put('default', 'i-1')
  await clock.pass(1000)
  await clock.pass(1000)
  expect(told).toEqual([['default/i-1']])
  put('default', 'i-2')
  await clock.pass(250)
  expect(told).toEqual([['default/i-1'], ['default/i-2']])
})

test('instances of an account that is known later are told of then', async () => {
  const { put, told, clock, accounts } = setup()
  accounts.delete('late')
  put('late', 'i-1')
  await clock.pass(2000)
  expect(told).toEqual([])
  accounts.add('late')
  await clock.pass(2000)
  expect(told).toEqual([['late/i-1']])
})

test('what goes wrong with one account is no other’s trouble', async () => {
  const { put, told, failures, clock } = setup()
  put('broken', 'i-1')
  put('default', 'i-2')
  await clock.pass(250)
  expect(told).toEqual([['default/i-2']])
  expect(failures).toHaveLength(1)
})

/** Accounts of some namespaces, of which that of `broken` cannot be looked at. */
function setup() {
  const clock = createManualClock()
  const view = createEmptyView()
  const accounts = new Set(['default', 'late', 'broken'])
  const told: (readonly string[])[] = []
  const failures: unknown[] = []
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const running = keepExposures(
    {
      view,
      clock,
      dispatcher: {
        look: ({ account: { namespace } }) => {
          if (namespace === 'broken') throw new TypeError('It is broken.')
          return beginTransaction(view, undefined, namespace)
        },
      },
      findOwner: ({ namespace, region }): Caller | undefined => {
        const account = { id: '123456789012', namespace }
        const own = { account, region, arn: '', userId: account.id, accessKeyId: '' }
        return accounts.has(namespace) ? own : undefined
      },
      onExposures: (_, changed) => told.push(changed),
      onFailure: (failure) => failures.push(failure),
    },
    over.signal,
  )
  running.catch((failure: unknown) => failures.push(failure))
  const { spec } = putInstance(beginTransaction())
  return {
    clock,
    told,
    failures,
    accounts,
    put: (namespace: string, name: string): void => {
      const metadata = { namespace, name, uid: name, labels: { [REGION_LABEL]: 'us-east-1' } }
      view.put(ec2Kinds.instances, { metadata, spec })
    },
  }
}

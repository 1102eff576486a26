import { accountOf, type Address } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Instance } from '../heal/instance.ts'
import type { Pod } from '../object/object.ts'
import { ChargeBook } from './charge-book.ts'
import { readCharges, type Occupants } from './charge.ts'
import { payerOf } from './instance-key.ts'

const accounts = ['a', 'b'].map((digit) => `0x${digit.repeat(40)}`)
const names = ['web', 'api', 'job']
const namespaces = ['one', 'two']

const happening = fc.record({
  what: fc.constantFrom(
    'runs',
    'is gone',
    'is wanted',
    'is halted',
    'is removed',
    'is paid for',
    'is looked at',
  ),
  namespace: fc.constantFrom(...namespaces),
  name: fc.constantFrom(...names),
  payer: fc.constantFrom(undefined, ...accounts),
  isOwn: fc.boolean(),
})

test('accounts are charged for what a look at everything finds, whatever happens in between', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const world = createWorld()
      for (const each of [...happenings, { ...happenings[0]!, what: 'is looked at' }]) {
        world.apply(each)
        if (each.what === 'is looked at') expect(world.look()).toEqual(world.lookAtAll())
      }
    }),
    { numRuns: 500 },
  )
})

test('of an account that nothing has happened to all stays the same', () => {
  const world = createWorld()
  const at = { name: 'web', isOwn: false }
  world.apply({ ...at, what: 'is paid for', namespace: 'one', payer: accounts[0] })
  world.apply({ ...at, what: 'is paid for', namespace: 'two', payer: accounts[1] })
  for (const namespace of namespaces) {
    world.apply({ ...at, what: 'is wanted', namespace, payer: undefined })
  }
  const [one, two] = world.follow()
  world.apply({ ...at, what: 'is halted', namespace: 'two', payer: undefined })
  world.apply({ ...at, what: 'is wanted', namespace: 'two', payer: undefined })
  const after = world.follow()
  expect(after[0]).toBe(one)
  expect(after[1]).not.toBe(two)
})

type Happening = {
  readonly what: string
  readonly namespace: string
  readonly name: string
  readonly payer: string | undefined
  readonly isOwn: boolean
}

function createWorld() {
  const pods = new Map<string, Pod>()
  const instances = new Map<string, Instance>()
  const spaces = new Map(namespaces.map((name) => [name, namespaceOf(name, undefined)]))
  const changed = new Set<string>()
  let isNamespaceChanged = false
  let made = 0
  const occupantsOf = (place: string): Occupants => ({
    pod: pods.get(place),
    instance: instances.get(place),
    namespace: spaces.get(place.split('/')[0]!),
  })
  const places = namespaces.flatMap((namespace) => names.map((name) => `${namespace}/${name}`))
  const book = new ChargeBook({
    occupantsOf,
    namespacesByPayer: () => Map.groupBy(spaces.values(), payerOf),
  })
  const follow = () => {
    const found = [...book.follow({ places: changed, isNamespaceChanged })]
    changed.clear()
    isNamespaceChanged = false
    return found
  }
  return {
    follow,
    apply: ({ what, namespace, name, payer, isOwn }: Happening): void => {
      const place = `${namespace}/${name}`
      changed.add(place)
      made += 1
      const owner = isOwn ? instances.get(place)?.metadata?.uid : undefined
      if (what === 'runs') pods.set(place, podOf(name, `pod-${made}`, owner))
      if (what === 'is gone') pods.delete(place)
      if (what === 'is wanted') instances.set(place, instanceOf(`instance-${made}`, 'Always'))
      if (what === 'is halted') instances.set(place, instanceOf(`instance-${made}`, 'Halted'))
      if (what === 'is removed') instances.delete(place)
      if (what !== 'is paid for') return
      spaces.set(namespace, namespaceOf(namespace, payer))
      isNamespaceChanged = true
      for (const each of places) if (each.startsWith(`${namespace}/`)) changed.add(each)
    },
    look: () => describe(follow().map(({ account, ...rest }) => [account, rest] as const)),
    lookAtAll: () => {
      const all = places.flatMap((place) => readCharges(occupantsOf(place)))
      const payers = Map.groupBy(spaces.values(), payerOf)
      return describe(
        [...Map.groupBy(all, ({ key }) => accountOf(key))].map(([account, charges]) => {
          return [account, { charges, namespaces: payers.get(account) ?? [] }] as const
        }),
      )
    },
  }
}

type Said = { readonly charges: readonly { readonly key: string }[]; readonly namespaces: unknown }

/** In an order that does not depend on what came when. */
function describe(all: readonly (readonly [Address, Said])[]) {
  return all
    .map(([account, { charges, namespaces: paid }]) => ({
      account,
      paid,
      charges: charges.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
    }))
    .toSorted((one, other) => (one.account < other.account ? -1 : 1))
}

function namespaceOf(name: string, payer: string | undefined): Pick<Pod, 'metadata'> {
  const annotations = payer === undefined ? {} : { 'nexqloud.io/account': payer }
  return { metadata: { name, annotations } }
}

function podOf(name: string, uid: string, owner: string | undefined): Pod {
  const ownerReferences =
    owner === undefined
      ? []
      : [{ apiVersion: 'nexqloud.io/v1', kind: 'Instance', name, uid: owner, controller: true }]
  return {
    metadata: { name, uid, ownerReferences },
    spec: { nodeName: 'device-1', containers: [] },
  }
}

function instanceOf(uid: string, runStrategy: 'Always' | 'Halted'): Instance {
  return { metadata: { uid }, spec: { runStrategy, template: { spec: { containers: [] } } } }
}

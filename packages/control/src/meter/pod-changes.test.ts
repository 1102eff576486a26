import fc from 'fast-check'
import { expect, test } from 'vitest'

import { nodeOf, podOf } from '../../test/objects.ts'
import { annotations } from '../object/names.ts'
import type { Node, Pod } from '../object/object.ts'
import { PodChanges } from './pod-changes.ts'

const [payer, other] = ['a', 'b'].map((digit) => `0x${digit.repeat(40)}`)

test('what happened to a pod, or to the instance of its name, is told once, where it is', () => {
  const changes = new PodChanges()
  changes.note({ type: 'added', object: podOf('web') })
  changes.note({ type: 'deleted', object: podOf('web') })
  changes.note({ type: 'updated', object: podOf('db'), previous: podOf('db') })
  expect([...changes.take(() => []).places]).toEqual(['default/web', 'default/db'])
  expect([...changes.take(() => [podOf('web')]).places]).toEqual([])
})

test('a device that beats touches nothing; one that is lost, found, new or gone touches what is on it', () => {
  const { changes, take } = setup()
  const [ready, lost] = [deviceOf('Ready'), deviceOf('DeviceLost')]
  changes.noteNode({ type: 'updated', object: ready, previous: deviceOf('Slow') })
  expect(take()).toEqual([])
  changes.noteNode({ type: 'updated', object: lost, previous: ready })
  expect(take()).toEqual(['default/web'])
  changes.noteNode({ type: 'updated', object: ready, previous: lost })
  expect(take()).toEqual(['default/web'])
  changes.noteNode({ type: 'deleted', object: ready })
  expect(take()).toEqual(['default/web'])
  changes.noteNode({ type: 'added', object: ready })
  expect(take()).toEqual(['default/web'])
})

test('a namespace touches what is in it where another account pays for it, or none any more, and by nothing else', () => {
  const { changes, take } = setup()
  const update = (previous: Namespace, object: Namespace) =>
    changes.noteNamespace({ type: 'updated', object, previous })
  update(namespaceOf(payer), namespaceOf(payer, { note: 'new' }))
  expect(take()).toEqual([])
  update(namespaceOf(payer), namespaceOf(payer?.toUpperCase().replace('X', 'x')))
  expect(take()).toEqual([])
  for (const account of [other, 'nobody', undefined]) {
    update(namespaceOf(payer), namespaceOf(account))
    expect(take()).toEqual(['default/db', 'default/web'])
  }
  changes.noteNamespace({ type: 'deleted', object: namespaceOf(payer) })
  expect(take()).toEqual(['default/db', 'default/web'])
})

test('that something became of a namespace is told once, also where no pod is touched by it', () => {
  const { changes } = setup()
  const isTold = () => changes.take(() => []).isNamespaceChanged
  changes.note({ type: 'added', object: podOf('web') })
  expect(isTold()).toBe(false)
  const object = namespaceOf(payer)
  changes.noteNamespace({ type: 'updated', object, previous: object })
  expect([isTold(), isTold()]).toEqual([true, false])
})

test('whatever happens in which order, all pods are told that may be paid for otherwise since they were told last', () => {
  const names = fc.constantFrom('one', 'two', 'three')
  const step = fc.oneof(
    fc.record({ does: fc.constant('move' as const), pod: names, to: names }),
    fc.record({ does: fc.constant('remove' as const), pod: names }),
    fc.record({ does: fc.constant('node' as const), node: names, isLost: fc.boolean() }),
    fc.record({ does: fc.constant('pay' as const), isOther: fc.boolean() }),
    fc.record({ does: fc.constant('take' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = createWorld()
      for (const each of steps) {
        if (each.does === 'take') world.check()
        else world.act(each)
      }
      world.check()
    }),
  )
})

type Namespace = Pick<Pod, 'metadata'>
type Step =
  | { readonly does: 'move'; readonly pod: string; readonly to: string }
  | { readonly does: 'remove'; readonly pod: string }
  | { readonly does: 'node'; readonly node: string; readonly isLost: boolean }
  | { readonly does: 'pay'; readonly isOther: boolean }

/** What there is, told as it changes, beside what decides who pays for each pod. */
function createWorld() {
  const changes = new PodChanges()
  const pods = new Map<string, Pod>()
  const nodes = new Map<string, Node>()
  let namespace = namespaceOf(payer)
  const state = () =>
    new Map(
      [...pods].map(([name, { spec }]) => {
        const node = nodes.get(spec?.nodeName ?? '')
        const isLost = node?.status?.conditions?.[0]?.reason === 'DeviceLost'
        const account = namespace.metadata?.annotations?.[annotations.account]
        return [`default/${name}`, JSON.stringify([spec?.nodeName, node && isLost, account])]
      }),
    )
  let told = state()
  return {
    act: (step: Step) => {
      if (step.does === 'move') {
        const object = podOf(step.pod, { nodeName: step.to })
        pods.set(step.pod, object)
        changes.note({ type: 'added', object })
      } else if (step.does === 'remove') {
        const object = pods.get(step.pod)
        pods.delete(step.pod)
        if (object !== undefined) changes.note({ type: 'deleted', object })
      } else if (step.does === 'node') {
        const previous = nodes.get(step.node)
        const object = deviceOf(step.isLost ? 'DeviceLost' : 'Ready', step.node)
        nodes.set(step.node, object)
        if (previous === undefined) changes.noteNode({ type: 'added', object })
        else changes.noteNode({ type: 'updated', object, previous })
      } else {
        const previous = namespace
        namespace = namespaceOf(step.isOther ? other : payer)
        changes.noteNamespace({ type: 'updated', object: namespace, previous })
      }
    },
    check: () => {
      const { places: taken } = changes.take(() => [...pods.values()])
      const now = state()
      const places = new Set([...told.keys(), ...now.keys()])
      for (const place of places) {
        if (told.get(place) !== now.get(place)) expect(taken).toContain(place)
      }
      told = now
    },
  }
}

function deviceOf(reason: string, name = 'device-1'): Node {
  const isReady = reason === 'Ready' ? 'True' : 'False'
  return nodeOf(name, { status: { conditions: [{ type: 'Ready', status: isReady, reason }] } })
}

function namespaceOf(
  account: string | undefined,
  more: Readonly<Record<string, string>> = {},
): Namespace {
  const written = { ...more, ...(account !== undefined && { [annotations.account]: account }) }
  return { metadata: { name: 'default', annotations: written } }
}

/** Returns what was changed, and where of two pods, of which one is on the device. */
function setup() {
  const changes = new PodChanges()
  const elsewhere = { ...podOf('far'), metadata: { name: 'far', namespace: 'elsewhere' } }
  const pods = [podOf('db'), podOf('web', { nodeName: 'device-1' }), elsewhere]
  return { changes, take: () => [...changes.take(() => pods).places] }
}

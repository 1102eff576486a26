import { createInstanceKey, parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { planLeases, type ListedKind } from '@nexqloud/rules'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Pod } from '../object/object.ts'
import { DueInstances, placeOf } from './due-instances.ts'
import { instanceKeyOf } from './instance-key.ts'
import type { KnownLease } from './meter-ledger.ts'
import { readPlaced } from './read-placed.ts'

const account = `0x${'a'.repeat(40)}`
const namespace = { metadata: { annotations: { 'nexqloud.io/account': account } } }
const belongingOf = () => ({ namespace, instance: undefined })
const kinds: readonly ListedKind[] = [
  { id: 1, name: 't3.micro', microUsdPerHour: 4000n },
  { id: 2, name: 't3.large', microUsdPerHour: 32_000n },
]

/** Something that becomes of one of a few pods, of a lease, or of what is sold. */
const event = fc.oneof(
  fc.record({
    what: fc.constantFrom('runs', 'is ready', 'is gone', 'closes', 'opens'),
    pod: fc.integer({ min: 0, max: 4 }),
    device: fc.integer({ min: 1, max: 2 }),
    memory: fc.constantFrom('64Mi', '4Gi', '900Gi'),
  }),
  fc.record({ what: fc.constantFrom('looks', 'sells all', 'sells the large one') }),
)

test('what is due is what a look at everything finds, whatever happens in between', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const world = createWorld()
      for (const each of events) {
        world.apply(each)
        if (each.what === 'looks') expect(world.look()).toEqual(world.lookAtAll())
      }
      expect(world.look()).toEqual(world.lookAtAll())
    }),
    { numRuns: 500 },
  )
})

test('of what is as it should be nothing is read again', () => {
  const world = createWorld()
  const pods = [0, 1, 2, 3, 4]
  for (const pod of pods) world.apply({ what: 'is ready', pod, device: 1, memory: '64Mi' })
  expect(world.look()).toHaveLength(5)
  for (const pod of pods) world.apply({ what: 'opens', pod, device: 1, memory: '64Mi' })
  world.look()
  world.read.length = 0
  world.apply({ what: 'runs', pod: 3, device: 2, memory: '64Mi' })
  expect(world.look()).toHaveLength(1)
  expect(world.read).toEqual(['uid-3'])
})

type Where = { readonly pod: number; readonly device: number; readonly memory: string }
type Happening = { readonly what: string } & Partial<Where>

function createWorld() {
  const pods = new Map<string, Pod>()
  const ready = new Set<string>()
  const leases = new Map<ReturnType<typeof createInstanceKey>, KnownLease>()
  const changes: ReturnType<typeof createInstanceKey>[] = []
  const due = new DueInstances()
  const read: string[] = []
  let sold = kinds
  let now = 100
  const paidSince = (pod: Pod) => (ready.has(pod.metadata?.uid ?? '') ? 50 : undefined)
  const keyOf = (uid: string) =>
    instanceKeyOf(uid, namespace) ?? createInstanceKey(parseAddress(account), 0n)
  const put = (uid: string, lease: KnownLease): void => {
    leases.set(keyOf(uid), lease)
    changes.push(keyOf(uid))
  }
  const set = (pod: Pod | undefined, place: string): void => {
    if (pod === undefined) pods.delete(place)
    else pods.set(place, pod)
    due.note([place])
  }
  const lease = ({ pod, device }: Where, end: number | undefined): void => {
    const token = (leases.get(keyOf(`uid-${pod}`))?.token ?? 0n) + 1n
    const made = { token, device: parseDeviceId(device), kind: 1, startedAt: now, end }
    put(`uid-${pod}`, { ...made, opener: parseMasternodeId(1) })
  }
  const acts: Readonly<Record<string, (where: Where) => void>> = {
    runs: (where) => set(podOf(where), placeOf(podOf(where))),
    'is ready': (where) => {
      ready.add(`uid-${where.pod}`)
      set(podOf(where), placeOf(podOf(where)))
    },
    'is gone': (where) => set(undefined, placeOf(podOf(where))),
    opens: (where) => lease(where, undefined),
    closes: (where) => lease(where, now),
    'sells all': () => (sold = [...kinds]),
    'sells the large one': () => (sold = kinds.slice(1)),
  }
  const view = () => ({
    masternode: parseMasternodeId(1),
    leases,
    changes,
    kinds: sold,
    earliestStart: now - 60,
    blockTime: now,
  })
  return {
    read,
    apply: ({ what, ...where }: Happening): void => {
      now += 1
      acts[what]?.({ pod: 0, device: 1, memory: '64Mi', ...where })
    },
    look: () => {
      const notedSince = (pod: Pod) => {
        read.push(pod.metadata?.uid ?? '')
        return paidSince(pod)
      }
      const podAt = (place: string) => pods.get(place)
      return sorted(due.plan(view(), { podOf: podAt, belongingOf, paidSince: notedSince }))
    },
    lookAtAll: () => {
      const placed = [...pods.values()].flatMap((pod) => {
        const found = readPlaced(pod, belongingOf())
        if (found === undefined) return []
        const { shape, ...rest } = found
        return [{ ...rest, ...kindOf(shape.memoryBytes, sold, paidSince(pod)) }]
      })
      return sorted(planLeases(placed, leases, now - 60))
    },
  }
}

/** Said apart from the rule: of these kinds the small one has 1 GiB, the large one 8. */
function kindOf(memoryBytes: number, sold: readonly ListedKind[], since: number | undefined) {
  const holds = ({ id }: ListedKind) => memoryBytes <= (id === 1 ? 1 : 8) * 2 ** 30
  const kind = sold.find(holds)?.id
  const tooSmall = new Set(sold.filter((each) => !holds(each)).map(({ id }) => id))
  return { kind: kind ?? 0, tooSmall, readySince: kind === undefined ? undefined : since }
}

function sorted({ closings, openings }: ReturnType<typeof planLeases>): readonly string[] {
  return [
    ...closings.map(({ instance, token }) => `close ${instance} ${token}`),
    ...openings.map(({ instance, token, device, kind, startedAt }) => {
      return `open ${instance} ${token} on ${device} as ${kind} from ${startedAt}`
    }),
  ].toSorted()
}

function podOf({ pod, device, memory }: Where): Pod {
  const uid = `uid-${pod}`
  const resources = { requests: { cpu: '100m', memory }, limits: { cpu: '100m', memory } }
  return {
    metadata: {
      name: uid.replace('uid', 'pod'),
      namespace: 'default',
      uid,
      creationTimestamp: '1970-01-01T00:00:40Z',
    },
    spec: { nodeName: `device-${device}`, containers: [{ name: 'main', image: 'a', resources }] },
  }
}

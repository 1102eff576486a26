import { nameOfDevice, type Clock, type DeviceId } from '@nexqloud/kernel'
import { createInformer, kinds, type Change, type KubeClient } from '@nexqloud/kube'

import { defineInstances, instances, type Instance } from '../heal/instance.ts'
import { defineForSure } from '../object/define-kind.ts'
import type { Pod } from '../object/object.ts'
import { AccountNotes } from './account-notes.ts'
import { ChargeBook } from './charge-book.ts'
import { Eraser } from './eraser.ts'
import type { Attest } from './erasure-receipt.ts'
import { Freezer, type AccountCharges } from './freezer.ts'
import { createFreezing } from './freezing.ts'
import { FundsBook } from './funds-book.ts'
import { payerOf } from './instance-key.ts'
import { LabelBook } from './label-book.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { MeterLedger } from './meter-ledger.ts'
import type { Notify } from './notice.ts'
import { isLost, PodChanges } from './pod-changes.ts'
import { PodSightings } from './pod-sightings.ts'
import type { Belonging } from './read-placed.ts'
import { createRunwayWarner } from './runway-warner.ts'

type Namespace = Pick<Pod, 'metadata'>

/** What a meter works with. */
export type MeterOptions = {
  readonly client: KubeClient
  readonly ledger: MeterLedger
  readonly clock: Clock
  /** Sends what tenants are told to where their namespaces say; nothing is sent where it is left out. */
  readonly notify?: Notify
  /** Signs receipts of what is erased; they are not signed where it is left out. */
  readonly attest?: Attest
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** Milliseconds between two looks at leases, also after a failure, and between two at what accounts can pay for. */
const [LOOK_MS, FAILED_MS, FUNDS_LOOK_MS] = [1000, 5000, 2000]
/** How long what labels instances have may wait to be written down, which a page does as a whole: no bill comes sooner. Milliseconds. */
const LABELS_MS = 300_000
/** An account that lacks nothing is looked at so seldom, while nothing becomes of what it pays for: milliseconds. */
const AMPLE_LOOK_MS = 10_000

/**
 * Has leases follow what runs, and what runs follow what accounts can pay for, until the signal aborts. What it has to know stands on the
 * chain and in the API: it may be killed at any moment, and nothing is opened twice where two run.
 */
export async function runMeter(options: MeterOptions, signal: AbortSignal): Promise<void> {
  const { clock, onFailure } = options
  await defineForSure(options, defineInstances, signal)
  const parts = createParts(options)
  const { keeper, view, lookAtFunds, labels } = parts
  const following = Promise.all(view.informers.map((informer) => informer.run(signal)))
  // Who does not know all pods yet would close the leases of some.
  await Promise.race([Promise.all(view.informers.map(({ synced }) => synced)), following])
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  const keepLeases = async (): Promise<void> => {
    while (!signal.aborted) {
      // What is under way with a chain that is away keeps nobody from ending.
      const isDone = await Promise.race([keeper.look(view.placed()), ended])
      await clock.delay(isDone === true ? LOOK_MS : FAILED_MS, signal)
    }
  }
  const watchFunds = async (): Promise<void> => {
    while (!signal.aborted) {
      await lookAtFunds().catch(onFailure)
      await clock.delay(FUNDS_LOOK_MS, signal)
    }
  }
  const keepLabels = async (): Promise<void> => {
    while (!signal.aborted) {
      await labels.write(clock.wallMs(), view.instances)
      await clock.delay(LABELS_MS, signal)
    }
  }
  await Promise.all([keepLeases(), watchFunds(), keepLabels()])
  await following
}

function createParts(options: MeterOptions) {
  const { client, clock } = options
  const sightings = new PodSightings(clock)
  const funds = new FundsBook(options)
  const keeper = new LeaseKeeper({ ...options, sightings, funds })
  const notes = new AccountNotes(client)
  const freezing = createFreezing(options)
  const outlook = {
    kinds: () => keeper.kinds(),
    isLeased: (instance: Parameters<LeaseKeeper['isLeased']>[0]) => keeper.isLeased(instance),
    hadLease: (instance: Parameters<LeaseKeeper['hadLease']>[0]) => keeper.hadLease(instance),
    refusalOf: (instance: Parameters<LeaseKeeper['refusalOf']>[0]) => keeper.refusalOf(instance),
    isRunning: (pod: Pod) => sightings.isRunning(pod),
    version: (account: Parameters<LeaseKeeper['versionOf']>[0]) => keeper.versionOf(account),
  }
  const freezer = new Freezer({ clock, funds, notes, freezing, outlook })
  const warner = createRunwayWarner({ ...options, notes })
  const eraser = new Eraser(options)
  const labels: LabelBook = new LabelBook({ ...options, namespaceOf: (of) => view.namespaceOf(of) })
  const view = createView(options, { sightings, keeper, labels })
  const lookedMs = new WeakMap<AccountCharges, number>()
  return {
    keeper,
    view,
    labels,
    lookAtFunds: async () => {
      const nowMs = clock.steadyMs()
      const all = [...view.accounts()].map((each) => ({ each, isUrgent: freezer.isUrgent(each) }))
      funds.refresh(all.map(({ each: { account }, isUrgent }) => ({ account, isUrgent })))
      for (const { each, isUrgent } of all) {
        const restedMs = nowMs - (lookedMs.get(each) ?? -Infinity)
        if (!isUrgent && funds.isAmple(each.account) && restedMs < AMPLE_LOOK_MS) continue
        lookedMs.set(each, nowMs)
        // The others are not to wait for what is wrong with this one, nor one thing for another.
        const doing = (deed: Promise<void>): Promise<void> => deed.catch(options.onFailure)
        const known = funds.isUsable(each.account) ? funds.get(each.account) : undefined
        if (known !== undefined) await doing(warner.look(each, known))
        await doing(freezer.tend(each))
        const blockTime = keeper.blockTime()
        if (known !== undefined && blockTime !== undefined) {
          await doing(eraser.look(each, blockTime))
        }
      }
    },
  }
}

/** Follows what there is on the API. */
function createView(
  options: MeterOptions,
  {
    sightings,
    keeper,
    labels,
  }: {
    readonly sightings: PodSightings
    readonly keeper: LeaseKeeper
    readonly labels: LabelBook
  },
) {
  const { changes, pods, nodes, namespaces, wanted } = followApi(options, {
    onPod: ({ type, object }) => {
      if (type !== 'deleted') return sightings.see(object, payerOfPod(object))
      sightings.forget(object)
      keeper.forget(object)
    },
    onInstance: ({ object }) => labels.note(object),
  })
  const namespaceOf = ({ metadata = {} }: Pick<Pod, 'metadata'>): Namespace | undefined =>
    namespaces.get({ name: metadata.namespace ?? '' })
  const payerOfPod = (pod: Pod): string =>
    payerOf(namespaceOf(pod)) ?? pod.metadata?.namespace ?? ''
  const belongingOf = (pod: Pod): Belonging => {
    const { namespace = '', name = '' } = pod.metadata ?? {}
    return { namespace: namespaceOf(pod), instance: wanted.get({ namespace, name }) }
  }
  const isThere = ({ spec }: Pod): boolean => !isLost(nodes.get({ name: spec?.nodeName ?? '' }))
  const podOf = (place: string): Pod | undefined => {
    const [namespace = '', name = ''] = place.split('/')
    const pod = pods.get({ namespace, name })
    return pod !== undefined && isThere(pod) ? pod : undefined
  }
  const book = new ChargeBook({
    occupantsOf: (place) => {
      const [namespace = '', name = ''] = place.split('/')
      return {
        pod: podOf(place),
        instance: wanted.get({ namespace, name }),
        namespace: namespaces.get({ name: namespace }),
      }
    },
    namespacesByPayer: () => Map.groupBy(namespaces.list(), payerOf),
  })
  const named = (): readonly Pick<Pod, 'metadata'>[] =>
    wanted.list().map(({ metadata = {} }) => ({ metadata }))
  return {
    informers: [pods, nodes, namespaces, wanted],
    namespaceOf,
    instances: () => wanted.list(),
    placed: () => ({
      changed: changes.ofLeases.take(pods.list).places,
      podOf,
      belongingOf,
      isHere: (device: DeviceId) => nodes.get({ name: nameOfDevice(device) }) !== undefined,
    }),
    accounts: () => book.follow(changes.ofCharges.take(() => [...pods.list(), ...named()])),
  }
}

function followApi(
  { client, clock, onFailure }: MeterOptions,
  {
    onPod,
    onInstance,
  }: {
    readonly onPod: (change: Change<Pod>) => void
    readonly onInstance: (change: Change<Instance>) => void
  },
) {
  const follow = { clock, onFailure }
  /** Leases and charges are looked at in turns of their own. */
  const changes = { ofLeases: new PodChanges(), ofCharges: new PodChanges() }
  const each = Object.values(changes)
  const pods = createInformer(client, {
    ...follow,
    kind: kinds.pods,
    onChange: (change) => {
      each.forEach((one) => one.note(change))
      onPod(change)
    },
  })
  const nodes = createInformer(client, {
    ...follow,
    kind: kinds.nodes,
    onChange: (change) => each.forEach((one) => one.noteNode(change)),
  })
  const namespaces = createInformer(client, {
    ...follow,
    kind: kinds.namespaces,
    onChange: (change) => each.forEach((one) => one.noteNamespace(change)),
  })
  const wanted = createInformer(client, {
    ...follow,
    kind: instances,
    onChange: (change) => {
      each.forEach((one) => one.note(change))
      onInstance(change)
    },
  })
  return { changes, pods, nodes, namespaces, wanted }
}

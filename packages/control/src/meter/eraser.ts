import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { followFreeze, freezeStepSeconds, isUntold, type FreezeMark } from '@nexqloud/rules'

import { instances, type Instance } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'
import { isSettled, nameOf, toIso, toJson } from '../object/object.ts'
import {
  createEventRecorder,
  createEventWriter,
  type EventRecorder,
} from '../object/record-event.ts'
import { METER } from './actor.ts'
import { createErasureReceipt, keepErasureReceipt, type Attest } from './erasure-receipt.ts'
import type { AccountCharges } from './freezer.ts'
import type { Notice, Notify } from './notice.ts'

/** What it works with. */
export type EraserOptions = {
  readonly client: KubeClient
  readonly clock: Pick<Clock, 'wallMs'>
  readonly notify?: Notify
  /** Signs receipts; they are not signed where it is left out. */
  readonly attest?: Attest
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/**
 * Leads what is not paid for down the ladder: kept frozen, then told to be taken out, then erased with a receipt. Where an instance is stands in its
 * status, and moves by the times of blocks alone: no clock of a machine, restart or take-over makes it earlier.
 */
export class Eraser {
  readonly #options: EraserOptions
  readonly #record: EventRecorder
  readonly #write: EventRecorder
  /** Of what nothing is frozen: of thousands each is looked at once. */
  readonly #calm = new WeakSet<AccountCharges>()

  constructor(options: EraserOptions) {
    this.#options = options
    this.#record = createEventRecorder(options.client, { ...options, actor: METER })
    this.#write = createEventWriter(options.client, { ...options, actor: METER })
  }

  /** Looks at what of an account is frozen, at the chain second of the newest block. What fails with one is tried again at the next look, and keeps no other one. */
  async look(all: AccountCharges, now: number): Promise<void> {
    if (this.#calm.has(all)) return
    const frozen = all.charges.flatMap(({ instance }) => {
      return instance?.status?.frozen === undefined ? [] : [instance]
    })
    if (frozen.length === 0) this.#calm.add(all)
    for (const instance of frozen) {
      await this.#lead(all, instance, now).catch(this.#options.onFailure)
    }
  }

  async #lead(all: AccountCharges, seen: Instance, now: number): Promise<void> {
    const mark = markOf(seen)
    const next = followFreeze(mark, now)
    if (next === mark && next.step !== 'erased' && !isUntold(next)) return
    const instance = await this.#mark(seen, next)
    if (instance === undefined) return
    if (isUntold(next)) await this.#tellAhead(all, instance, { ...next, toldAt: now })
    if (next.step === 'erased') await this.#erase(all, instance, next)
  }

  /**
   * Writes where an instance is, also where that stands there already, and returns it as it is then. Nothing where it is not what was seen any more:
   * a view of the API may lag, and whoever paid meanwhile is neither frozen anew by this nor told or erased.
   */
  async #mark(
    instance: Instance,
    { step, since, toldAt }: FreezeMark,
  ): Promise<Instance | undefined> {
    const { uid = '', resourceVersion = '', generation } = instance.metadata ?? {}
    const told = toldAt === undefined ? null : generation
    const frozen = { step, since, toldAt: toldAt ?? null, toldGeneration: told }
    const body = toJson({ metadata: { uid, resourceVersion }, status: { frozen } })
    try {
      const patch = { type: 'merge', body } as const
      return await this.#options.client.patch(instances, nameOf(instance, 'status'), patch)
    } catch (failure) {
      if (isSettled(failure)) return undefined
      throw failure
    }
  }

  /** Marks what its tenant was told only once that is written down for the tenant: whoever dies in between leaves it to be told again. */
  async #tellAhead(
    all: AccountCharges,
    instance: Instance,
    mark: FreezeMark & { readonly toldAt: number },
  ): Promise<void> {
    const erasedAt = toIso((mark.toldAt + freezeStepSeconds.exporting) * 1000)
    const { name = '' } = instance.metadata ?? {}
    const message = `${name} is not paid for since ${instance.status?.frozen?.at ?? ''}. Its definition is erased at ${erasedAt}, unless the account ${all.account} can pay for it before. nexqloud account export takes it out.`
    const happening = { type: 'Warning', reason: 'ErasureAhead', message } as const
    await this.#write({ ...instance, kind: 'Instance' }, happening)
    this.#notify(all, instance, (data, timestamp) => {
      return { type: 'instance.exporting', timestamp, data: { ...data, message, erasedAt } }
    })
    await this.#mark(instance, mark)
  }

  /** What was begun here is finished by whoever looks next. */
  async #erase(
    all: AccountCharges,
    instance: Instance,
    { since, toldAt = since }: FreezeMark,
  ): Promise<void> {
    const { client, attest } = this.#options
    const receipt = createErasureReceipt(instance, all.account, { toldAt, erasedAt: since })
    const kept = await keepErasureReceipt(client, receipt, attest)
    const { uid = '', resourceVersion = '' } = instance.metadata ?? {}
    try {
      // Whoever was let to run it again meanwhile, by a view that lagged, keeps it.
      await client.delete(instances, nameOf(instance), { preconditions: { uid, resourceVersion } })
    } catch (failure) {
      if (!isSettled(failure)) throw failure
      return
    }
    const message = `${receipt.instance} is erased: it was not paid for since ${receipt.frozenAt}, and its tenant was told at ${receipt.toldAt}. The ConfigMap ${kept} is the receipt.`
    const metadata = this.#namespaceOf(all, instance)?.metadata ?? {}
    const happening = { type: 'Warning', reason: 'Erased', message } as const
    await this.#record({ kind: 'Namespace', metadata }, happening)
    this.#notify(all, instance, (data, timestamp) => {
      return { type: 'instance.erased', timestamp, data: { ...data, message, receipt: kept } }
    })
  }

  #namespaceOf({ namespaces }: AccountCharges, { metadata }: Instance) {
    return namespaces.find((each) => each.metadata?.name === metadata?.namespace)
  }

  #notify(
    all: AccountCharges,
    instance: Instance,
    describe: (
      data: { readonly namespace: string; readonly account: string; readonly instance: string },
      timestamp: string,
    ) => Notice,
  ): void {
    const { clock, notify } = this.#options
    const webhook = this.#namespaceOf(all, instance)?.metadata?.annotations?.[annotations.webhook]
    if (webhook === undefined) return
    const { namespace = '', name = '' } = instance.metadata ?? {}
    const data = { namespace, account: all.account, instance: name }
    notify?.(webhook, describe(data, toIso(clock.wallMs())))
  }
}

function markOf({ metadata, status }: Instance): FreezeMark | undefined {
  const { step, since, toldAt, toldGeneration } = status?.frozen ?? {}
  if (step === undefined || since === undefined) return undefined
  // What nobody was told of is not erased, whoever wrote that it is.
  if (step === 'erased') return { step: toldAt === undefined ? 'exporting' : step, since, toldAt }
  // Whoever has changed it since, e.g. halted it and wants it again, is there, and hears of it anew.
  const isSame = toldGeneration === metadata?.generation
  return isSame ? { step, since, toldAt } : { step, since }
}

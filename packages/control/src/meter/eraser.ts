import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { followFreeze, freezeStepSeconds, type FreezeMark } from '@nexqloud/rules'

import { instances, type Freeze, type Instance } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'
import { isSettled, nameOf, toIso, toJson, uidOf } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
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
  readonly #record: ReturnType<typeof createEventRecorder>

  constructor(options: EraserOptions) {
    this.#options = options
    this.#record = createEventRecorder(options.client, { ...options, actor: METER })
  }

  /** Looks at what of an account is frozen, at the chain second of the newest block. */
  async look(all: AccountCharges, now: number): Promise<void> {
    for (const { instance } of all.charges) {
      const frozen = instance?.status?.frozen
      if (instance === undefined || frozen === undefined) continue
      const mark = markOf(frozen)
      const next = followFreeze(mark, now)
      if (next !== mark && !(await this.#move(instance, next, mark))) continue
      if (next.step === 'exporting' && next !== mark) await this.#tellAhead(all, instance, next)
      if (next.step === 'erased') await this.#erase(all, instance, next)
    }
  }

  /** Returns whether it was moved: whoever was quicker, or paid meanwhile, made another object of it. */
  async #move(
    instance: Instance,
    { step, since }: FreezeMark,
    before: FreezeMark | undefined,
  ): Promise<boolean> {
    const { uid = '', resourceVersion = '' } = instance.metadata ?? {}
    const toldAt = step === 'erased' ? before?.since : undefined
    const frozen = { step, since, toldAt }
    const body = toJson({ metadata: { uid, resourceVersion }, status: { frozen } })
    try {
      const patch = { type: 'merge', body } as const
      await this.#options.client.patch(instances, nameOf(instance, 'status'), patch)
      return true
    } catch (failure) {
      if (isSettled(failure)) return false
      throw failure
    }
  }

  async #tellAhead(all: AccountCharges, instance: Instance, { since }: FreezeMark): Promise<void> {
    const erasedAt = toIso((since + freezeStepSeconds.exporting) * 1000)
    const { name = '' } = instance.metadata ?? {}
    const message = `${name} is not paid for since ${instance.status?.frozen?.at ?? ''}. Its definition is erased at ${erasedAt}, unless the account ${all.account} can pay for it before. nexqloud account export takes it out.`
    const happening = { type: 'Warning', reason: 'ErasureAhead', message } as const
    await this.#record({ ...instance, kind: 'Instance' }, happening)
    this.#notify(all, instance, (data, timestamp) => {
      return { type: 'instance.exporting', timestamp, data: { ...data, message, erasedAt } }
    })
  }

  /** What was begun here is finished by whoever looks next. */
  async #erase(all: AccountCharges, instance: Instance, { since }: FreezeMark): Promise<void> {
    const { client, attest } = this.#options
    const { frozen } = instance.status ?? {}
    const toldAt = frozen?.toldAt ?? frozen?.since ?? since
    const receipt = createErasureReceipt(instance, all.account, { toldAt, erasedAt: since })
    const kept = await keepErasureReceipt(client, receipt, attest)
    try {
      await client.delete(instances, nameOf(instance), { preconditions: { uid: uidOf(instance) } })
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

function markOf({ step, since }: Freeze): FreezeMark | undefined {
  return step === undefined || since === undefined ? undefined : { step, since }
}

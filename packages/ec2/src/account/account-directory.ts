import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient, type ObjectMeta } from '@nexqloud/kube'

import type { Account } from './caller.ts'
import { accounts, type AccountObject } from './kinds.ts'

type Follower = { readonly run: (signal: AbortSignal) => Promise<void> }

/** All accounts, in memory: those whose namespace is still the one that they were opened for. */
export class AccountDirectory {
  readonly #accounts: Follower
  readonly #namespaces: Follower
  readonly #known = new Map<string, AccountObject['spec']>()
  /** Ids by uids of namespaces. */
  readonly #ids = new Map<string, string>()
  /** Uids by names. */
  readonly #uids = new Map<string, string>()

  constructor(parts: {
    readonly client: KubeClient
    readonly clock: Clock
    readonly onFailure: (failure: unknown) => void
  }) {
    const { client, clock, onFailure } = parts
    this.#accounts = createInformer(client, {
      kind: accounts,
      clock,
      onFailure,
      onChange: ({ type, object }) => {
        if (type === 'deleted') this.#forgetAccount(object)
        else this.takeAccount(object)
      },
    })
    this.#namespaces = createInformer(client, {
      kind: kinds.namespaces,
      clock,
      onFailure,
      onChange: ({ type, object }) => {
        if (type !== 'deleted') this.takeNamespace(object)
        else this.#forgetNamespace(object)
      },
    })
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#accounts.run(signal), this.#namespaces.run(signal)])
  }

  /** Returns an account; nothing of one whose namespace is gone: a later one of its name is another's. */
  get(id: string): Account | undefined {
    const spec = this.#known.get(id)
    if (spec === undefined || this.#uids.get(spec.namespace) !== spec.namespaceUid) return undefined
    return { id, namespace: spec.namespace }
  }

  /** Returns the account of a namespace; nothing where it has none. */
  ofNamespace(namespace: string): Account | undefined {
    const id = this.#ids.get(this.#uids.get(namespace) ?? '')
    return id === undefined ? undefined : this.get(id)
  }

  /** Takes one before the API tells of it. */
  takeAccount({ metadata, spec }: AccountObject): void {
    const id = metadata?.name ?? ''
    this.#known.set(id, spec)
    this.#ids.set(spec.namespaceUid, id)
  }

  /** Takes one before the API tells of it. */
  takeNamespace({ metadata }: { readonly metadata?: ObjectMeta }): void {
    this.#uids.set(metadata?.name ?? '', metadata?.uid ?? '')
  }

  #forgetAccount({ metadata, spec }: AccountObject): void {
    const id = metadata?.name ?? ''
    this.#known.delete(id)
    if (this.#ids.get(spec.namespaceUid) === id) this.#ids.delete(spec.namespaceUid)
  }

  /** One that was made anew in the meantime stays. */
  #forgetNamespace({ metadata }: { readonly metadata?: ObjectMeta }): void {
    const { name = '', uid = '' } = metadata ?? {}
    if (this.#uids.get(name) === uid) this.#uids.delete(name)
  }
}

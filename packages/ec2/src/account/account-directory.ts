import type { Clock } from '@nexqloud/kernel'
import { createInformer, type Informer, type KubeClient } from '@nexqloud/kube'

import type { Account } from './caller.ts'
import { accounts, type AccountObject } from './kinds.ts'

/** All accounts, in memory. */
export class AccountDirectory {
  readonly #informer: Informer<AccountObject>
  readonly #taken = new Map<string, Account>()

  constructor(parts: {
    readonly client: KubeClient
    readonly clock: Clock
    readonly onFailure: (failure: unknown) => void
  }) {
    this.#informer = createInformer<AccountObject>(parts.client, {
      kind: accounts,
      clock: parts.clock,
      onFailure: parts.onFailure,
      onChange: ({ type, object }) => {
        if (type === 'deleted') this.#taken.delete(object.metadata?.name ?? '')
        else this.take(object)
      },
    })
  }

  /** Resolves once all that there are have been seen. */
  async sync(): Promise<void> {
    await this.#informer.synced
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#informer.run(signal)
  }

  get(id: string): Account | undefined {
    return this.#taken.get(id)
  }

  /** Takes one before the API tells of it. */
  take({ metadata, spec }: AccountObject): void {
    const id = metadata?.name ?? ''
    this.#taken.set(id, { id, namespace: spec.namespace })
  }
}

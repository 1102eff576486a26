import type { Address } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { annotations } from '../object/names.ts'
import { toIso, type Pod } from '../object/object.ts'

type Namespace = Pick<Pod, 'metadata'>

/** What is remembered of an account beyond a masternode's life. */
export type AccountNote = {
  /** When its last grace began: chain second. */
  readonly graceSince?: number | undefined
  /** Until when it could pay as the chain said last: chain second. */
  readonly paidUntil?: number | undefined
  /** The threshold of its runway that was told last: seconds. */
  readonly runwayTold?: number | undefined
}

/** What is remembered of accounts; it stands on the namespaces that they pay for, which tenants do not write. */
export class AccountNotes {
  readonly #client: Pick<KubeClient, 'patch'>
  /** What was written from here; a view of the API may lag. */
  readonly #written = new Map<Address, AccountNote>()

  constructor(client: Pick<KubeClient, 'patch'>) {
    this.#client = client
  }

  get(account: Address, namespaces: readonly Namespace[]): AccountNote {
    return (
      this.#written.get(account) ??
      newestOf(namespaces.map((namespace) => readNote(namespace, account)))
    )
  }

  async write(
    account: Address,
    namespaces: readonly Namespace[],
    change: AccountNote,
  ): Promise<void> {
    const note = { ...this.get(account, namespaces), ...change }
    // All of it: what stands there may be of whoever paid before.
    const body = { metadata: { annotations: toAnnotations(note, account) } }
    for (const { metadata } of namespaces) {
      const { name = '' } = metadata ?? {}
      await this.#client.patch(kinds.namespaces, { name }, { type: 'merge', body })
    }
    // What fails is written again.
    this.#written.set(account, note)
  }
}

function toAnnotations(
  { graceSince, paidUntil, runwayTold }: AccountNote,
  account: Address,
): Record<string, string | null> {
  const timeOf = (second: number | undefined): string | null =>
    second === undefined ? null : toIso(second * 1000)
  return {
    [annotations.notedFor]: account,
    [annotations.graceSince]: timeOf(graceSince),
    [annotations.paidUntil]: timeOf(paidUntil),
    [annotations.runwayTold]: runwayTold === undefined ? null : String(runwayTold),
  }
}

function readNote({ metadata }: Namespace, account: Address): AccountNote {
  const written = metadata?.annotations ?? {}
  // Those of before it was written whose they are say nothing of that.
  if ((written[annotations.notedFor] ?? account) !== account) return {}
  const secondOf = (name: string): number | undefined => {
    const ms = Date.parse(written[name] ?? '')
    return Number.isNaN(ms) ? undefined : ms / 1000
  }
  const told = Number(written[annotations.runwayTold])
  return {
    graceSince: secondOf(annotations.graceSince),
    paidUntil: secondOf(annotations.paidUntil),
    runwayTold: told > 0 ? told : undefined,
  }
}

/** One that pays for a further namespace since lately has notes on the others. */
function newestOf(notes: readonly AccountNote[]): AccountNote {
  const largest = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined)
    return known.length === 0 ? undefined : Math.max(...known)
  }
  return {
    graceSince: largest(notes.map(({ graceSince }) => graceSince)),
    paidUntil: largest(notes.map(({ paidUntil }) => paidUntil)),
    runwayTold: largest(notes.map(({ runwayTold }) => runwayTold)),
  }
}

import { accountOf, type Address } from '@nexqloud/kernel'

import type { Pod } from '../object/object.ts'
import { readCharges, type Charge, type Occupants } from './charge.ts'
import type { AccountCharges } from './freezer.ts'

type Namespace = Pick<Pod, 'metadata'>

/** What may have become otherwise since the last look. */
export type ChargeChanges = {
  /** Where something has become of a pod, an instance, or of what they belong to. */
  readonly places: ReadonlySet<string>
  /** Whether anything has become of a namespace. */
  readonly isNamespaceChanged: boolean
}

/** What there is on this API. */
export type ChargesThere = {
  readonly occupantsOf: (place: string) => Occupants
  /** The namespaces that each account pays for. */
  readonly namespacesByPayer: () => ReadonlyMap<Address | undefined, readonly Namespace[]>
}

/** What each account pays for. Of ten thousand instances those are read again of which something has become; of who has none of these all stays the same object. */
export class ChargeBook {
  readonly #there: ChargesThere
  /** Who pays for what there is in a place. */
  readonly #payerAt = new Map<string, Address>()
  /** By account and place. */
  readonly #chargesOf = new Map<Address, Map<string, readonly Charge[]>>()
  readonly #accounts = new Map<Address, AccountCharges>()
  #namespaces: ReadonlyMap<Address | undefined, readonly Namespace[]> = new Map()

  constructor(there: ChargesThere) {
    this.#there = there
  }

  /** Returns all accounts that pay for something, after what has changed. */
  follow({ places, isNamespaceChanged }: ChargeChanges): Iterable<AccountCharges> {
    const touched = new Set<Address>()
    for (const place of places) {
      for (const account of this.#readAgain(place)) touched.add(account)
    }
    if (isNamespaceChanged) {
      this.#namespaces = this.#there.namespacesByPayer()
      for (const account of this.#chargesOf.keys()) {
        if (this.#hasOtherNamespaces(account)) touched.add(account)
      }
    }
    for (const account of touched) this.#gather(account)
    return this.#accounts.values()
  }

  /** Returns whose charges were or are there: all in one place are of one account. */
  #readAgain(place: string): readonly Address[] {
    const charges = readCharges(this.#there.occupantsOf(place))
    const [before, after] = [this.#payerAt.get(place), payerOfAll(charges)]
    if (before !== undefined) this.#chargesOf.get(before)?.delete(place)
    if (after === undefined) this.#payerAt.delete(place)
    else {
      this.#payerAt.set(place, after)
      const own = this.#chargesOf.get(after) ?? new Map<string, readonly Charge[]>()
      this.#chargesOf.set(after, own.set(place, charges))
    }
    return [before, after].filter((account) => account !== undefined)
  }

  #gather(account: Address): void {
    const charges = [...(this.#chargesOf.get(account)?.values() ?? [])].flat()
    if (charges.length === 0) {
      this.#chargesOf.delete(account)
      this.#accounts.delete(account)
      return
    }
    const namespaces = this.#namespaces.get(account) ?? []
    this.#accounts.set(account, { account, charges, namespaces })
  }

  #hasOtherNamespaces(account: Address): boolean {
    const before = this.#accounts.get(account)?.namespaces ?? []
    const after = this.#namespaces.get(account) ?? []
    return before.length !== after.length || before.some((each, index) => each !== after[index])
  }
}

function payerOfAll([first]: readonly Charge[]): Address | undefined {
  return first && accountOf(first.key)
}

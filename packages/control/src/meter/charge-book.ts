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
  readonly #chargesAt = new Map<string, readonly Charge[]>()
  /** Where there is something that an account pays for. */
  readonly #placesOf = new Map<Address, Set<string>>()
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
      for (const account of this.#placesOf.keys()) {
        if (this.#hasOtherNamespaces(account)) touched.add(account)
      }
    }
    for (const account of touched) this.#gather(account)
    return this.#accounts.values()
  }

  /** Returns whose charges were or are there: all in one place are of one account. */
  #readAgain(place: string): readonly Address[] {
    const charges = readCharges(this.#there.occupantsOf(place))
    const [before, after] = [this.#chargesAt.get(place), charges].map(payerOfAll)
    if (charges.length === 0) this.#chargesAt.delete(place)
    else this.#chargesAt.set(place, charges)
    if (before !== undefined && before !== after) this.#placesOf.get(before)?.delete(place)
    if (after !== undefined) {
      const own = this.#placesOf.get(after) ?? new Set()
      this.#placesOf.set(after, own.add(place))
    }
    return [before, after].filter((account) => account !== undefined)
  }

  #gather(account: Address): void {
    const places = this.#placesOf.get(account) ?? new Set()
    if (places.size === 0) {
      this.#placesOf.delete(account)
      this.#accounts.delete(account)
      return
    }
    const charges = [...places].flatMap((place) => this.#chargesAt.get(place) ?? [])
    const namespaces = this.#namespaces.get(account) ?? []
    this.#accounts.set(account, { account, charges, namespaces })
  }

  #hasOtherNamespaces(account: Address): boolean {
    const before = this.#accounts.get(account)?.namespaces ?? []
    const after = this.#namespaces.get(account) ?? []
    return before.length !== after.length || before.some((each, index) => each !== after[index])
  }
}

function payerOfAll(charges: readonly Charge[] | undefined): Address | undefined {
  const [first] = charges ?? []
  return first && accountOf(first.key)
}

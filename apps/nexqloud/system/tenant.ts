import { setTimeout as wait } from 'node:timers/promises'

import { instances, type Instance } from '@nexqloud/control'
import { StatusError, type KubeClient } from '@nexqloud/kube'

import type { Dice } from '../../../packages/chain/system/geth/dice.ts'

/** What an instance may be by what was acknowledged: the value of its label, or absent. */
type Value = number | 'absent'

/** What a tenant writes with. */
export type TenantParts = {
  readonly client: KubeClient
  readonly namespace: string
  /** Its instances' names begin with it. */
  readonly name: string
  readonly spec: Instance['spec']
  readonly dice: Pick<Dice, 'roll'>
}

const LABEL = 'test/count'
/** Between two writes. */
const PACE_MS = 60
/** Between two attempts while nobody answers. */
const AWAY_MS = 100
/** So many instances it has at once. */
const MOST = 3

/**
 * Creates, patches and deletes instances, one write after the other, and keeps what was acknowledged. A write that was not may have been done or not,
 * until it is read.
 */
export class Tenant {
  readonly #parts: TenantParts
  readonly #may = new Map<string, readonly Value[]>()
  /** What is not as it was acknowledged. */
  readonly lost: string[] = []
  acknowledged = 0
  uncertain = 0
  #made = 0

  constructor(parts: TenantParts) {
    this.#parts = parts
  }

  /** Writes until the signal aborts, then reads everything once more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#write()
      await wait(PACE_MS)
    }
    await this.#read()
  }

  async #write(): Promise<void> {
    const { roll } = this.#parts.dice
    const there = [...this.#may].filter(([, [value]]) => value !== 'absent')
    const [name = '', [value] = []] = there[roll(there.length)] ?? []
    const percent = roll(100)
    if (there.length === 0 || (percent < 15 && there.length < MOST)) await this.#create()
    else if (percent >= 92) await this.#delete(name)
    else await this.#patch(name, Number(value) + 1)
  }

  #create(): Promise<void> {
    const { client, namespace, spec } = this.#parts
    this.#made += 1
    const name = `${this.#parts.name}-${this.#made}`
    this.#may.set(name, ['absent'])
    const metadata = { name, labels: { [LABEL]: '0' } }
    return this.#attempt(name, 0, () => client.create(instances, { namespace }, { metadata, spec }))
  }

  #patch(name: string, count: number): Promise<void> {
    const { client, namespace } = this.#parts
    const body = { metadata: { labels: { [LABEL]: String(count) } } }
    return this.#attempt(name, count, () =>
      client.patch(instances, { namespace, name }, { type: 'merge', body }),
    )
  }

  #delete(name: string): Promise<void> {
    const { client, namespace } = this.#parts
    return this.#attempt(name, 'absent', () => client.delete(instances, { namespace, name }))
  }

  async #attempt(name: string, to: Value, write: () => Promise<unknown>): Promise<void> {
    this.#may.set(name, [...(this.#may.get(name) ?? []), to])
    try {
      await write()
      this.#may.set(name, [to])
      this.acknowledged += 1
    } catch (failure) {
      // Nobody answered, or the one who did was going: whether it was done is not known.
      if (failure instanceof StatusError && failure.kind !== 'unavailable') throw failure
      this.uncertain += 1
      await this.#read()
    }
  }

  /** Compares all that there is with what was acknowledged. */
  async #read(): Promise<void> {
    const found = new Map((await this.#list()).map((each) => [each.metadata?.name, valueOf(each)]))
    for (const [name, may] of this.#may) {
      const value = found.get(name) ?? 'absent'
      if (!may.includes(value)) this.lost.push(`${name} is ${value}, not ${may.join(' or ')}`)
      if (value === 'absent') this.#may.delete(name)
      else this.#may.set(name, [value])
      found.delete(name)
    }
    const own = [...found.keys()].filter((name) => name?.startsWith(`${this.#parts.name}-`))
    this.lost.push(...own.map((name) => `${name} is there, and was deleted`))
  }

  async #list(): Promise<readonly Instance[]> {
    const { client, namespace } = this.#parts
    for (;;) {
      try {
        return (await client.list(instances, { namespace })).items
      } catch {
        await wait(AWAY_MS)
      }
    }
  }
}

function valueOf({ metadata }: Instance): number {
  return Number(metadata?.labels?.[LABEL])
}

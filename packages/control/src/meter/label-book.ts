import type { InstanceKey } from '@nexqloud/kernel'
import { isRefusedForGood, kinds, type KubeClient } from '@nexqloud/kube'
import { z } from 'zod'

import type { Instance } from '../heal/instance.ts'
import { nameOf, settled, toIso, uidOf, type Pod } from '../object/object.ts'
import { instanceKeyOf } from './instance-key.ts'

/** What a book keeps: the labels of instances, by what these are called on the chain. */
export type KeptLabels = ReadonlyMap<InstanceKey, Readonly<Record<string, string>>>

/** What ConfigMaps that are pages of a book are called by: what follows is their month, e.g. `2026-11`. */
const PAGE_PREFIX = 'instance-labels-'
/** Less than the 1 MiB of data that a ConfigMap takes: some thousand instances. */
const MOST_PAGE_BYTES = 900_000

/** What a book works with. */
export type LabelBookOptions = {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'patch'>
  readonly onFailure: (failure: unknown) => void
  readonly namespaceOf: (instance: Instance) => Pick<Pod, 'metadata'> | undefined
}

type ConfigMap = Pick<Pod, 'metadata'> & { readonly data?: Page }

/** Labels as JSON, by instance. */
type Page = Record<string, string>

/**
 * Keeps what instances are labelled with in their namespaces, beyond the instances: what they cost is known by label when they are long gone. There
 * is a page for each month, which has all that were there in it, as many as fit into a ConfigMap.
 */
export class LabelBook {
  readonly #options: LabelBookOptions
  /** What changed since it was written, by uid. */
  #changed = new Map<string, Instance>()
  #month = ''
  /** What is on the pages of the month, by namespace. */
  #pages = new Map<string, Page>()

  constructor(options: LabelBookOptions) {
    this.#options = options
  }

  /** An instance is there, has changed or was there until now. */
  note(instance: Instance): void {
    this.#changed.set(uidOf(instance), instance)
  }

  /** Writes what was noted; in a new month all that is there. What the API does not take now is noted still; what it never takes, as its tenant sealed the page or filled it, is not. */
  async write(nowMs: number, all: () => readonly Instance[]): Promise<void> {
    const month = toIso(nowMs).slice(0, 7)
    if (month !== this.#month) {
      this.#month = month
      this.#pages = new Map()
      all().forEach((instance) => this.note(instance))
    }
    const changed = this.#changed
    this.#changed = new Map()
    const byNamespace = Map.groupBy(changed.values(), (each) => each.metadata?.namespace ?? '')
    for (const [namespace, instances] of byNamespace) {
      try {
        await this.#fill(namespace, this.#linesOf(instances))
      } catch (failure) {
        this.#pages.delete(namespace)
        if (isRefusedForGood(failure) && failure.kind !== 'conflict') continue
        this.#options.onFailure(failure)
        instances
          .filter((each) => !this.#changed.has(uidOf(each)))
          .forEach((each) => this.note(each))
      }
    }
  }

  /** Of instances that somebody pays for. */
  #linesOf(instances: readonly Instance[]): Page {
    const lines: Page = {}
    for (const instance of instances) {
      const key = instanceKeyOf(uidOf(instance), this.#options.namespaceOf(instance))
      if (key !== undefined) lines[key] = JSON.stringify(instance.metadata?.labels ?? {})
    }
    return lines
  }

  async #fill(namespace: string, lines: Page): Promise<void> {
    const { client } = this.#options
    const place = { namespace, name: `${PAGE_PREFIX}${this.#month}` }
    const found = this.#pages.get(namespace)
    const page = found ?? (await settled(client.get(kinds.configMaps, place)))?.data ?? {}
    const data = newsOf(lines, page)
    if (Object.keys(data).length === 0) return
    const body = { data }
    const patched = await settled(client.patch(kinds.configMaps, place, { type: 'merge', body }))
    const whole = { ...page, ...data }
    if (patched === undefined) {
      await client.create(kinds.configMaps, { namespace }, { metadata: place, data: whole })
    }
    this.#pages.set(namespace, whole)
  }
}

/** Returns what a page does not have, as far as it fits there. */
function newsOf(lines: Page, page: Page): Page {
  const news = Object.entries(lines).filter(([key, line]) => page[key] !== line)
  if (news.length === 0) return {}
  let bytes = Object.entries(page).reduce((sum, entry) => sum + bytesOf(entry), 0)
  return Object.fromEntries(
    news.filter((entry) => {
      bytes += bytesOf(entry)
      return bytes <= MOST_PAGE_BYTES
    }),
  )
}

/** Keys and labels are ASCII. */
function bytesOf([key, line]: readonly [key: string, line: string]): number {
  return key.length + line.length
}

const lineSchema = z.record(z.string(), z.string())

/** Returns what the book of a namespace has, by its ConfigMaps; of an instance that is on several pages what the newest one says. */
export function readLabelBook(configMaps: readonly ConfigMap[]): KeptLabels {
  const kept = new Map<InstanceKey, Readonly<Record<string, string>>>()
  const pages = configMaps.filter((each) => nameOf(each).name.startsWith(PAGE_PREFIX))
  const inOrder = pages.toSorted((one, other) => (nameOf(one).name < nameOf(other).name ? -1 : 1))
  for (const { data = {} } of inOrder) {
    for (const [key, line] of Object.entries(data)) {
      const labels = parseLine(line)
      if (labels !== undefined) kept.set(key as InstanceKey, labels)
    }
  }
  return kept
}

/** Nothing where its tenant wrote something else there. */
function parseLine(line: string): Readonly<Record<string, string>> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

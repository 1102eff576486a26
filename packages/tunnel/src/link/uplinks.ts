import type { LinkEndpoint } from './dial-link.ts'
import { runUplink, type UplinkEvent, type UplinkParts } from './uplink.ts'

/** Whom a device dials. */
export type UplinkTargets = {
  /** A link is kept to each of them. */
  readonly kept: readonly LinkEndpoint[]
  /** While none of those has a link, one is kept to the best of these that answers. */
  readonly spare: readonly LinkEndpoint[]
}

/** What uplinks stand on. */
export type UplinksParts = Omit<UplinkParts, 'endpoints'> & {
  /** Whom to dial, as it is known now. */
  readonly targets: () => Promise<UplinkTargets>
}

/** How often is asked whom to dial, while there is a link: milliseconds, somewhat less by chance. */
const REFRESH_MS = 60_000
/** The same while there is none. */
const HURRY_MS = 2000
/** Without a link for so long, the spare ones are dialled, too. */
const SPARE_MS = 4000

/**
 * Keeps a link to each of several endpoints until the signal aborts, and resolves when all are over. Where the targets change, links are kept to the
 * new ones, and those to the others end with their streams.
 */
export async function runUplinks(parts: UplinksParts, signal: AbortSignal): Promise<void> {
  const uplinks = new Uplinks(parts, signal)
  const { clock, random } = parts
  while (!signal.aborted) {
    await uplinks.refresh()
    const isLinked = await uplinks.linkedWithin(SPARE_MS)
    if (!isLinked) uplinks.useSpare()
    await clock.delay(isLinked ? REFRESH_MS * (1 - random() / 4) : HURRY_MS, signal)
  }
  await uplinks.ended()
}

type Running = { readonly over: AbortController; readonly done: Promise<void> }

/** The uplinks of now. */
class Uplinks {
  readonly #parts: UplinksParts
  readonly #signal: AbortSignal
  readonly #running = new Map<string, Running>()
  /** Those that end. */
  readonly #ending = new Set<Promise<void>>()
  readonly #links = new Set<unknown>()
  #spare: readonly LinkEndpoint[] = []
  #spareRun: Running | undefined

  constructor(parts: UplinksParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
  }

  async refresh(): Promise<void> {
    try {
      const { kept, spare } = await this.#parts.targets()
      this.#spare = spare
      this.#keep(kept)
    } catch (error) {
      this.#parts.onEvent({ name: 'endpointsUnknown', error })
    }
  }

  /** Whether there is a link, or comes to be one in time. */
  async linkedWithin(ms: number): Promise<boolean> {
    const { clock } = this.#parts
    const untilMs = clock.steadyMs() + ms
    while (this.#links.size === 0 && clock.steadyMs() < untilMs && !this.#signal.aborted) {
      await clock.delay(LOOK_MS, this.#signal)
    }
    return this.#links.size > 0
  }

  useSpare(): void {
    if (this.#spareRun !== undefined || this.#spare.length === 0) return
    this.#spareRun = this.#start(async () => this.#spare, true)
  }

  async ended(): Promise<void> {
    const running = [...this.#running.values(), ...(this.#spareRun ? [this.#spareRun] : [])]
    await Promise.all([...running.map(({ done }) => done), ...this.#ending])
  }

  #keep(kept: readonly LinkEndpoint[]): void {
    const wanted = new Map(kept.map((endpoint) => [keyOf(endpoint), endpoint]))
    for (const [key, running] of this.#running) {
      if (wanted.has(key)) continue
      this.#running.delete(key)
      this.#end(running)
    }
    for (const [key, endpoint] of wanted) {
      if (!this.#running.has(key))
        this.#running.set(
          key,
          this.#start(async () => [endpoint], false),
        )
    }
  }

  #start(endpoints: UplinkParts['endpoints'], isSpare: boolean): Running {
    const over = new AbortController()
    const onEvent = (event: UplinkEvent): void => {
      this.#parts.onEvent(event)
      this.#count(event, isSpare)
    }
    const signal = AbortSignal.any([this.#signal, over.signal])
    return { over, done: runUplink({ ...this.#parts, endpoints, onEvent }, signal) }
  }

  /** A spare link goes when there is one of those that are to be kept. */
  #count(event: UplinkEvent, isSpare: boolean): void {
    if (event.name === 'unlinked') this.#links.delete(event.link)
    if (event.name !== 'linked') return
    this.#links.add(event.link)
    if (isSpare || this.#spareRun === undefined) return
    this.#end(this.#spareRun)
    this.#spareRun = undefined
  }

  #end({ over, done }: Running): void {
    over.abort()
    const ending = done.finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}

/** Between two looks whether there is a link: milliseconds. */
const LOOK_MS = 250

const keyOf = ({ host, port, keyHash }: LinkEndpoint): string => `${host} ${port} ${keyHash}`

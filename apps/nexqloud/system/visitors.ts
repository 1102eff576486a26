import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

/** One visit, and what came of it. */
export type Visit = {
  readonly startedMs: number
  readonly endedMs: number
  /** The whole answer; nothing where there was none. */
  readonly page: string | undefined
  /** Why there was none, or its status. */
  readonly outcome: string
}

/** Visitors who come one after the other, whether or not those before them were answered. */
export type Visitors = {
  readonly visits: readonly Visit[]
  /** Lets nobody else come, and resolves once all were answered, or given up. */
  readonly stop: () => Promise<void>
}

/** Between two visitors. */
const EVERY_MS = 250
/** Somewhat more than the gateway lets a visitor wait. */
const PATIENCE_MS = 75_000

/** Lets visitors come to a URL, each over a connection of its own. */
export function sendVisitors(url: string): Visitors {
  const visits: Visit[] = []
  const over = new AbortController()
  const under = new Set<Promise<void>>()
  const visitOnce = async (): Promise<void> => void visits.push(await visit(url))
  const come = async (): Promise<void> => {
    while (!over.signal.aborted) {
      under.add(visitOnce())
      await wait(EVERY_MS)
    }
  }
  const coming = come()
  return {
    visits,
    stop: async () => {
      over.abort()
      await coming
      await Promise.all(under)
    },
  }
}

function visit(url: string): Promise<Visit> {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const end = (outcome: string, page?: string): void =>
      resolve({ startedMs, endedMs: performance.now(), page, outcome })
    const asked = get(url, { agent: false, timeout: PATIENCE_MS }, (response) => {
      text(response).then(
        (page) => end(String(response.statusCode), page),
        (failure: unknown) => end(String(failure)),
      )
    })
    asked.once('timeout', () => asked.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)))
    asked.once('error', ({ message }) => end(message))
  })
}

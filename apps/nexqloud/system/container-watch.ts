import { setTimeout as wait } from 'node:timers/promises'

import type { Container, ContainerEngine } from '@nexqloud/engine'

const POD = 'io.kubernetes.pod.name'
const UID = 'io.kubernetes.pod.uid'
const EVERY_MS = 150

/** What was seen of the containers of an engine while they were looked at. */
export type ContainerWatch = {
  /** Instances of which two containers ran at once, and pods that had a second one. */
  readonly doubles: ReadonlySet<string>
  readonly looks: () => number
  readonly stop: () => Promise<void>
}

/** Looks again and again at what runs. */
export function watchContainers(engine: ContainerEngine): ContainerWatch {
  const doubles = new Set<string>()
  const containerOf = new Map<string, string>()
  const over = new AbortController()
  let looks = 0
  const look = (running: readonly Container[]): void => {
    looks += 1
    const byName = Map.groupBy(running, ({ labels }) => labels[POD] ?? '')
    for (const [name, copies] of byName) if (copies.length > 1) doubles.add(`two of ${name}`)
    for (const { id, labels } of running) {
      const uid = labels[UID] ?? ''
      const first = containerOf.get(uid) ?? id
      containerOf.set(uid, first)
      if (first !== id) doubles.add(`a second container of ${labels[POD]}`)
    }
  }
  const watching = (async () => {
    while (!over.signal.aborted) {
      look((await engine.listContainers()).filter(({ state }) => state === 'running'))
      await wait(EVERY_MS)
    }
  })()
  return {
    doubles,
    looks: () => looks,
    stop: async () => {
      over.abort()
      await watching
    },
  }
}

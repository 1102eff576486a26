import type { Pod } from '@nexqloud/control'
import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import type { InstanceSession } from './instance-session.ts'
import { waitUntilRuns } from './wait.ts'

type Container = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]

const away = {
  waiting: { reason: 'ImagePullBackOff', message: 'RegistryUnavailable: no such host' },
}
const runs = { running: { startedAt: '2026-11-26T10:00:00Z' } }

test('a registry that stays away is not waited for longer than two pulls take', async () => {
  const { outcome, waitedMs, notes } = await wait(() => ({ state: away }))
  expect(outcome).toMatchObject({ kind: 'stuck', trouble: { reason: 'RegistryUnavailable' } })
  expect(waitedMs).toBeGreaterThanOrEqual(20_000)
  expect(waitedMs).toBeLessThan(25_000)
  expect(notes).toEqual(['web waits. RegistryUnavailable: no such host'])
})

test('a registry that comes back in time is all right', async () => {
  const { outcome } = await wait((ms) =>
    ms < 15_000 ? { state: away } : { state: runs, isReady: true },
  )
  expect(outcome.kind).toBe('done')
})

test('a server that takes a moment until it listens is no trouble, and one that takes long is', async () => {
  const after = (readyMs: number) =>
    wait((ms) => ({ state: runs, isReady: ms >= readyMs, isUnhealthy: true }))
  expect((await after(2000)).notes).toEqual([])
  expect((await after(9000)).notes).toEqual(['web waits. NotReady: nothing listens on port 80'])
})

type Look = {
  readonly state: Container['state']
  readonly isReady?: boolean
  readonly isUnhealthy?: boolean
}

/** Waits for an instance that is like this after so many milliseconds. */
async function wait(at: (ms: number) => Look) {
  const shell = createMemoryShell()
  const startMs = shell.clock.steadyMs()
  const now = () => at(shell.clock.steadyMs() - startMs)
  const client = {
    get: async ({ kind }: { readonly kind: string }) =>
      kind === 'Instance' ? instance : podOf(now()),
    list: async () => ({ items: now().isUnhealthy === true ? [unhealthy] : [] }),
  }
  const session = { client, namespace: 'default', shell } as unknown as InstanceSession
  const outcome = await waitUntilRuns(session, 'web', 600_000)
  return { outcome, waitedMs: shell.clock.steadyMs() - startMs, notes: shell.printer.notes }
}

const metadata = { name: 'web', namespace: 'default', uid: 'i1' }
const instance = { metadata, spec: { template: { spec: { containers: [] } } } }
const unhealthy = {
  metadata: {},
  involvedObject: { kind: 'Pod', uid: 'p1' },
  reason: 'Unhealthy',
  message: 'nothing listens on port 80',
}

function podOf({ state, isReady = false }: Look): Pod {
  const container = { name: 'main', image: '', imageID: '', ready: isReady, restartCount: 0 }
  return {
    metadata: {
      ...metadata,
      uid: 'p1',
      ownerReferences: [{ apiVersion: '', kind: 'Instance', name: 'web', uid: 'i1' }],
    },
    status: {
      phase: state?.running === undefined ? 'Pending' : 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [{ ...container, ...(state && { state }) }],
    },
  }
}

import type { KubeClient } from '@nexqloud/kube'

import { LeaseElection } from '../src/election/lease-election.ts'
import type { openCluster } from './cluster.ts'

/** A masternode that takes part in elections, and may be cut off from the API, or die. */
export type Candidate = {
  readonly identity: string
  readonly election: LeaseElection
  /** Tasks whose term has changed, in order. */
  readonly changes: string[]
  /** Whether it reaches the API. */
  readonly setReach: (reaches: boolean) => void
  /** Ends in order. */
  readonly leave: () => Promise<void>
}

/** Starts a masternode that stands for tasks. */
export function startCandidate(
  { client, clock, signal, onFailure }: Awaited<ReturnType<typeof openCluster>>,
  identity: string,
  tasks: readonly string[] = [],
): Candidate {
  const [changes, over]: [string[], AbortController] = [[], new AbortController()]
  const { cut, setReach } = createCutClient(client)
  const election = new LeaseElection({
    client: cut,
    clock,
    identity,
    onFailure: (failure) => {
      if (failure !== UNREACHABLE) onFailure(failure)
    },
    onChange: (task) => changes.push(task),
  })
  tasks.forEach((task) => election.stand(task))
  const done = election.run(AbortSignal.any([signal, over.signal]))
  return {
    identity,
    election,
    changes,
    setReach,
    leave: async () => {
      over.abort()
      await done
    },
  }
}

const UNREACHABLE = new Error('The API is not reached.')

/** Returns a client that may be cut off from the API, and how. */
export function createCutClient(client: KubeClient) {
  let cutting = new AbortController()
  const reach = (): void => {
    if (cutting.signal.aborted) throw UNREACHABLE
  }
  const cut: KubeClient = {
    ...client,
    get: async (...args) => (reach(), client.get(...args)),
    list: async (...args) => (reach(), client.list(...args)),
    create: async (...args) => (reach(), client.create(...args)),
    patch: async (...args) => (reach(), client.patch(...args)),
    delete: async (...args) => (reach(), client.delete(...args)),
    watch: async function* (kind, selection) {
      reach()
      const { signal = cutting.signal } = selection
      yield* client.watch(kind, { ...selection, signal: AbortSignal.any([signal, cutting.signal]) })
      reach()
    },
  }
  return {
    cut,
    setReach: (reaches: boolean) => {
      if (!reaches) cutting.abort()
      else if (cutting.signal.aborted) cutting = new AbortController()
    },
  }
}

import { createKubeClient, kinds, type KubeClient } from '@nexqloud/kube'

import { assertCostsKnown } from '../chain/process-cost.ts'
import { cpuSecondsOfAll, residentBytesOf } from '../gateway/part.ts'
import type { Facts, Measure } from '../src/index.ts'
import type { ApiServers } from './api-servers.ts'
import { inTurns } from './in-turns.ts'

/** How much is asked. */
export type ApiPlan = {
  readonly pods: number
  /** So many of them are changed, one after the other. */
  readonly patches: number
  /** How often all are listed. */
  readonly lists: number
  readonly watchers: number
  /** Changes that each watcher is told of. */
  readonly watchedPatches: number
}

/** As informers list. */
const PAGE = 500
const namespace = 'default'

/** Loads an API that nobody has used, and returns what each of its CPU seconds did, and its memory. */
export async function loadApi(
  measure: Measure,
  start: () => Promise<ApiServers>,
  plan: ApiPlan,
): Promise<Facts> {
  assertCostsKnown()
  const servers = await start()
  const client = createKubeClient(servers.transport)
  const per = perCpuSecond(servers)
  try {
    await warm(client)
    const created = await measure(() => per(plan.pods, () => createPods(client, plan.pods)))
    const patched = await per(plan.patches, () => patchPods(client, plan.patches, 'b'))
    const listed = await per(plan.lists * plan.pods, () => listPods(client, plan))
    const delivered = await per(plan.watchers * plan.watchedPatches, () => watchPods(client, plan))
    const bytes = residentBytesOf(servers.parts, 'VmHWM')
    return { created, patched, listed, delivered, megabytes: bytes / 1e6 }
  } finally {
    await servers.close()
  }
}

/** What is hot has been compiled before anything counts. */
async function warm(client: KubeClient): Promise<void> {
  const name = (index: number) => ({ namespace, name: `warm-${index}` })
  await inTurns(500, async (index) => {
    await client.create(kinds.pods, { namespace }, podOf(name(index).name))
    await client.patch(kinds.pods, name(index), patchOf('b'))
    await client.list(kinds.pods, { namespace, limit: 10 })
    await client.delete(kinds.pods, name(index), { gracePeriodSeconds: 0 })
  })
}

function perCpuSecond({ parts }: ApiServers) {
  return async (count: number, work: () => Promise<void>): Promise<number> => {
    const before = cpuSecondsOfAll(parts)
    await work()
    return count / (cpuSecondsOfAll(parts) - before)
  }
}

async function createPods(client: KubeClient, count: number): Promise<void> {
  await inTurns(count, async (index) => {
    await client.create(kinds.pods, { namespace }, podOf(nameOf(index)))
  })
}

async function patchPods(client: KubeClient, count: number, value: string): Promise<void> {
  await inTurns(count, async (index) => {
    await client.patch(kinds.pods, { namespace, name: nameOf(index) }, patchOf(value))
  })
}

async function listPods(client: KubeClient, { lists, pods }: ApiPlan): Promise<void> {
  for (let turn = 0; turn < lists; turn += 1) {
    const seen = await countPods(client)
    if (seen !== pods) throw new Error(`The list has ${seen} pods instead of ${pods}.`)
  }
}

async function countPods(client: KubeClient): Promise<number> {
  let seen = 0
  let next: { readonly continue?: string } | undefined = {}
  while (next !== undefined) {
    const page: ObjectPage = await client.list(kinds.pods, { namespace, limit: PAGE, ...next })
    seen += page.items.length
    next = page.continue === undefined ? undefined : { continue: page.continue }
  }
  return seen
}

type ObjectPage = { readonly items: readonly object[]; readonly continue: string | undefined }

/** Ends once every watcher has been told of every change. */
async function watchPods(client: KubeClient, plan: ApiPlan): Promise<void> {
  const { resourceVersion } = await client.list(kinds.pods, { namespace, limit: 1 })
  const over = new AbortController()
  const watch = async (): Promise<void> => {
    const selection = { namespace, resourceVersion, signal: over.signal }
    let told = 0
    for await (const { type } of client.watch(kinds.pods, selection)) {
      told += type === 'MODIFIED' ? 1 : 0
      if (told === plan.watchedPatches) return
    }
    throw new Error(`A watch ended after ${told} of ${plan.watchedPatches} changes.`)
  }
  const watching = Promise.all(Array.from({ length: plan.watchers }, watch))
  await Promise.all([watching, patchPods(client, plan.watchedPatches, 'c')])
  over.abort()
}

const nameOf = (index: number): string => `pod-${index}`

const patchOf = (value: string) =>
  ({ type: 'merge', body: { metadata: { labels: { revision: value } } } }) as const

/** A pod as our instances' are. */
function podOf(name: string) {
  return {
    metadata: { name, labels: { app: 'bench', revision: 'a' } },
    spec: {
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'main',
          image: 'registry.example/team/app:1.2.3',
          ports: [{ containerPort: 80 }],
          env: [{ name: 'MODE', value: 'production' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
        },
      ],
    },
  }
}

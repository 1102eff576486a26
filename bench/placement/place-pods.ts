import { systemClock } from '@nexqloud/kernel'
import { createInformer, createKubeClient, kinds, type KubeClient } from '@nexqloud/kube'

import { inTurns } from '../apiserver/in-turns.ts'
import { assertCostsKnown } from '../chain/process-cost.ts'
import { cpuSecondsOfAll } from '../gateway/part.ts'
import type { Facts, Measure } from '../src/index.ts'
import { deviceOf } from './devices.ts'
import type { SchedulerBench } from './schedulers.ts'

/** How many pods are placed on how many devices. */
export type PlacementPlan = { readonly devices: number; readonly pods: number }

const namespace = 'default'

/** Has pods that are there bound to devices that are there, and returns how many each CPU second of all processes placed. */
export async function placePods(
  measure: Measure,
  start: () => Promise<SchedulerBench>,
  plan: PlacementPlan,
): Promise<Facts> {
  assertCostsKnown()
  const bench = await start()
  const client = createKubeClient(bench.transport)
  try {
    await inTurns(plan.devices, (number) => createNode(client, number))
    await inTurns(plan.pods, (number) => createPod(client, number))
    const before = cpuSecondsOfAll(bench.parts())
    await measure(async () => {
      await bench.beginScheduling()
      await allAreBound(client, plan.pods)
    })
    const placed = plan.pods / (cpuSecondsOfAll(bench.parts()) - before)
    const decisions = await bench.decisions()
    return { placed, ...(decisions !== undefined && { decisions }) }
  } finally {
    await bench.close()
  }
}

async function createNode(client: KubeClient, number: number): Promise<void> {
  const { name, labels, free } = deviceOf(number)
  await client.create(kinds.nodes, {}, { metadata: { name, labels } })
  const room = {
    cpu: `${free.cpuMilli}m`,
    memory: String(free.memoryBytes),
    'ephemeral-storage': String(free.diskBytes),
    pods: String(free.pods),
  }
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Bench',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }
  const status = { capacity: room, allocatable: room, conditions: [ready] }
  const told = { name, subresource: 'status' }
  await client.patch(kinds.nodes, told, { type: 'merge', body: { status } })
  // kube-apiserver makes nodes with a taint that a controller takes away once they are ready.
  await client.patch(kinds.nodes, { name }, { type: 'merge', body: { spec: { taints: null } } })
}

async function createPod(client: KubeClient, number: number): Promise<void> {
  const name = `pod-${number}`
  const requests = { cpu: number % 10 === 0 ? '1' : '250m', memory: '256Mi' }
  const container = { name: 'main', image: 'registry.example/team/app:1.2.3' }
  const nodeSelector = { 'topology.kubernetes.io/region': `region-${number % 4}` }
  await client.create(
    kinds.pods,
    { namespace },
    {
      metadata: { name, labels: { app: 'bench' } },
      spec: {
        automountServiceAccountToken: false,
        ...(number % 2 === 0 && { nodeSelector }),
        containers: [{ ...container, resources: { requests } }],
      },
    },
  )
}

async function allAreBound(client: KubeClient, count: number): Promise<void> {
  const over = new AbortController()
  const bound = new Set<string>()
  const done = Promise.withResolvers<void>()
  const informer = createInformer(client, {
    kind: kinds.pods,
    selection: { namespace },
    clock: systemClock,
    onChange: ({ object: { metadata, spec } }) => {
      if (spec?.nodeName) bound.add(metadata?.name ?? '')
      if (bound.size === count) done.resolve()
    },
    onFailure: done.reject,
  })
  const running = informer.run(over.signal)
  try {
    await done.promise
  } finally {
    over.abort()
    await running
  }
}

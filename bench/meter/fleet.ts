import { instances } from '@nexqloud/control'
import { createSeededRandom, nameOfDevice, parseDeviceId } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { annotations } from '../../packages/control/src/object/names.ts'
import type { Sender } from '../chain/load.ts'

/** Who runs what where. */
export type FleetPlan = {
  /** Each pays for a namespace of its own. */
  readonly tenants: readonly Sender[]
  readonly devices: number
  readonly instances: number
}

/** Instances of some tenants on some devices, as objects of the API. */
export type Fleet = {
  /** Ends so many instances, drawn by lot, and starts as many others in their places. */
  readonly replace: (count: number) => Promise<void>
}

const CONTAINER = {
  name: 'main',
  image: 'registry.example/team/app:1.2.3',
  ports: [{ containerPort: 80 }],
  env: [{ name: 'MODE', value: 'production' }],
  resources: {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { cpu: '200m', memory: '128Mi' },
  },
}

/** Makes the objects of a fleet, all of it ready. */
export async function createFleet(client: KubeClient, plan: FleetPlan): Promise<Fleet> {
  for (const [index, { address }] of plan.tenants.entries()) {
    const metadata = { name: namespaceOf(index), annotations: { [annotations.account]: address } }
    await client.create(kinds.namespaces, {}, { metadata })
  }
  for (let device = 1; device <= plan.devices; device += 1) await createDevice(client, device)
  /** By place, how often an instance was made there. */
  const made = Array.from({ length: plan.instances }, () => 0)
  const start = (place: number) => startInstance(client, plan, { place, turn: made[place] ?? 0 })
  for (const place of made.keys()) await start(place)
  const random = createSeededRandom(1)
  return {
    replace: async (count) => {
      const places = new Set<number>()
      while (places.size < count) places.add(random() % plan.instances)
      for (const place of places) {
        const name = nameOf(plan, { place, turn: made[place] ?? 0 })
        await client.delete(instances, name)
        await client.delete(kinds.pods, name, { gracePeriodSeconds: 0 })
        made[place] = (made[place] ?? 0) + 1
        await start(place)
      }
    },
  }
}

async function createDevice(client: KubeClient, device: number): Promise<void> {
  const name = nameOfDevice(parseDeviceId(device))
  await client.create(kinds.nodes, {}, { metadata: { name } })
  const status = { conditions: [{ type: 'Ready', status: 'True', reason: 'DeviceReady' }] }
  await client.patch(
    kinds.nodes,
    { name, subresource: 'status' },
    { type: 'merge', body: { status } },
  )
}

type Place = { readonly place: number; readonly turn: number }

async function startInstance(client: KubeClient, plan: FleetPlan, at: Place): Promise<void> {
  const { namespace, name } = nameOf(plan, at)
  const spec = { containers: [CONTAINER], automountServiceAccountToken: false }
  const metadata = { name, namespace }
  const made = await client.create(
    instances,
    { namespace },
    { metadata, spec: { template: { spec } } },
  )
  const { uid = '' } = made.metadata ?? {}
  const owner = { apiVersion: 'nexqloud.io/v1', kind: 'Instance', name, uid, controller: true }
  const nodeName = nameOfDevice(parseDeviceId((at.place % plan.devices) + 1))
  await client.create(
    kinds.pods,
    { namespace },
    { metadata: { ...metadata, ownerReferences: [owner] }, spec: { ...spec, nodeName } },
  )
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  await client.patch(
    kinds.pods,
    { namespace, name, subresource: 'status' },
    { type: 'merge', body: { status } },
  )
}

function nameOf({ tenants }: FleetPlan, { place, turn }: Place) {
  return { namespace: namespaceOf(place % tenants.length), name: `app-${place}-${turn}` }
}

function namespaceOf(tenant: number): string {
  return `tenant-${tenant}`
}

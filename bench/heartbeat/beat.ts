import { createKubeClient, kinds, type KubeClient } from '@nexqloud/kube'

import { openFleet } from '../../packages/masternode/system/fleet/fleet.ts'
import { startTheirs } from '../apiserver/api-servers.ts'
import { inTurns } from '../apiserver/in-turns.ts'
import { assertCostsKnown } from '../chain/process-cost.ts'
import { cpuSecondsOfAll } from '../gateway/part.ts'
import type { Facts, Measure } from '../src/index.ts'

/** How much is beaten. */
export type BeatPlan = {
  readonly devices: number
  /** For so long our devices are watched. */
  readonly seconds: number
  /** How often each Lease is renewed. */
  readonly renewals: number
}

/** How often a link's other end is heard at least: `keepAliveByDefault` of the tunnel. */
const BEAT_SECONDS = 2
/** After the last device is ready: what is hot is compiled, and nobody starts any more. */
const SETTLE_MS = 10_000
const LOOK_MS = 250
const namespace = 'default'

/** Lets devices idle on a masternode, and returns how many heartbeats each of its CPU seconds took. */
export async function beatOurs(measure: Measure, plan: BeatPlan): Promise<Facts> {
  assertCostsKnown()
  const names = Array.from({ length: plan.devices }, (_, at) => `device-${at + 1}`)
  const fleet = await openFleet([names])
  try {
    await fleet.startGroup(0)
    while ((await countReady(fleet.client)) < plan.devices) await delay(LOOK_MS)
    await delay(SETTLE_MS)
    const before = fleet.cpuSeconds().masternode
    const beganMs = performance.now()
    await measure(() => delay(plan.seconds * 1000))
    const seconds = (performance.now() - beganMs) / 1000
    const cpuSeconds = fleet.cpuSeconds().masternode - before
    const ready = await countReady(fleet.client)
    if (ready !== plan.devices) throw new Error(`${ready} of ${plan.devices} devices are ready.`)
    const beats = (plan.devices * seconds) / BEAT_SECONDS
    return { perCpuSecond: beats / cpuSeconds, coreShare: cpuSeconds / seconds }
  } finally {
    await fleet.close()
  }
}

/** Renews Node Leases as kubelets do, and returns how many renewals each CPU second of kube-apiserver and etcd took. */
export async function beatTheirs(measure: Measure, plan: BeatPlan): Promise<Facts> {
  assertCostsKnown()
  const servers = await startTheirs()
  const client = createKubeClient(servers.transport)
  try {
    const held = new Map<number, object>()
    const bodyOf = (at: number) => ({
      ...held.get(at),
      spec: {
        holderIdentity: nameOf(at),
        leaseDurationSeconds: 40,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    })
    await inTurns(plan.devices, async (at) => {
      const made = { ...bodyOf(at), metadata: { name: nameOf(at) } }
      held.set(at, await client.create(kinds.leases, { namespace }, made))
    })
    const renew = (count: number): Promise<void> =>
      inTurns(count, async (turn) => {
        const at = turn % plan.devices
        held.set(at, await client.update(kinds.leases, { namespace, name: nameOf(at) }, bodyOf(at)))
      })
    await renew(plan.devices)
    const before = cpuSecondsOfAll(servers.parts)
    await measure(() => renew(plan.devices * plan.renewals))
    const cpuSeconds = cpuSecondsOfAll(servers.parts) - before
    return { perCpuSecond: (plan.devices * plan.renewals) / cpuSeconds }
  } finally {
    await servers.close()
  }
}

const nameOf = (at: number): string => `device-${at + 1}`

async function countReady(client: KubeClient): Promise<number> {
  const { items } = await client.list(kinds.nodes)
  return items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  ).length
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

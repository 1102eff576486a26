import { isConditionTrue } from '@nexqloud/control'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { fleetFolderOf, readFleetStatus, type FleetStatus } from '../fleet/fleet-folder.ts'
import type { Shell } from '../shell.ts'
import { isPassing } from './first-app.ts'
import { fundFleets, type FleetWish } from './fund-fleets.ts'
import type { DevicesParts } from './start-devices.ts'
import { own, type Scene } from './start-network.ts'
import { supervise, type Supervised } from './supervise.ts'

/** More in one process gain nothing, and are lost together. */
const DEVICES_OF_A_FLEET = 100
/** Keys are bought, devices registered, drawn for, measured and accepted: some blocks each. */
const LEAST_MS = 120_000
const MS_FOR_EACH = 600
/** Between two looks. */
const LOOK_MS = 1000

/** Starts devices on engines in memory, some in each of several processes, and returns once the masternode sees all of them ready. */
export async function startFleets(
  parts: DevicesParts & { readonly shell: Shell },
  count: number,
): Promise<void> {
  const { scene, tasks, shell } = parts
  const fleets = fleetsOf(count)
  await tasks.run('owners', async () => {
    await fundFleets(fleets, { folder: scene.folder, shell })
    return `${fleets.length}, one for each ${DEVICES_OF_A_FLEET} devices, paid by the faucet`
  })
  const withinMs = LEAST_MS + count * MS_FOR_EACH
  await tasks.run('devices', async (onStep) => {
    const starting = new AbortController()
    const watching = watchFleets(parts, { fleets, count, onStep }, starting.signal)
    try {
      await startAll(parts, fleets, withinMs)
      await waitForNodes(parts, { count, onStep, withinMs })
    } finally {
      starting.abort()
      await watching
    }
    return `${count} on engines in memory, registered, measured and active: nothing of what they run is real`
  })
}

/** Says what becomes of devices that an earlier start had, and this one does not; nothing where there are none. */
export async function tellLeftOut(client: KubeClient, count: number): Promise<readonly string[]> {
  const { items } = await client.list(kinds.nodes, {})
  const left = items.length - count
  if (left <= 0) return []
  return [
    `${left} devices of an earlier start are left out: they are NotReady within 30 s, and what ran there is made again where there is room.`,
  ]
}

/** Where one does not start, none is left running. */
async function startAll(
  { scene, undoing }: DevicesParts,
  fleets: readonly FleetWish[],
  withinMs: number,
): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([scene.signal, failed.signal])
  await Promise.allSettled(
    fleets.map(async (fleet) => {
      try {
        const { stop } = await startFleet({ ...scene, signal }, fleet, withinMs)
        undoing.add(fleet.name, stop)
      } catch (failure) {
        failed.abort(failure)
        throw failure
      }
    }),
  )
  scene.signal.throwIfAborted()
  failed.signal.throwIfAborted()
}

function fleetsOf(count: number): readonly FleetWish[] {
  return Array.from({ length: Math.ceil(count / DEVICES_OF_A_FLEET) }, (_, index) => ({
    name: `fleet-${index + 1}`,
    devices: Math.min(DEVICES_OF_A_FLEET, count - index * DEVICES_OF_A_FLEET),
  }))
}

function startFleet(
  scene: Scene,
  { name, devices }: FleetWish,
  withinMs: number,
): Promise<Supervised> {
  const args = ['device', 'fleet', '--engine', 'memory', '--name', name, '--from', name]
  return supervise(scene, own(scene, name, [...args, '--count', String(devices)]), {
    signal: scene.signal,
    withinMs,
    isReady: async (pid) => {
      const status = await readFleetStatus(fleetFolderOf(scene.folder, name))
      if (status?.pid !== pid) return false
      return status.active >= devices && status.linked >= devices
    },
  })
}

type Watching = {
  readonly fleets: readonly FleetWish[]
  readonly count: number
  readonly onStep: (text: string) => void
}

/** Tells how far all of them are. */
async function watchFleets(
  { scene: { folder, clock } }: DevicesParts,
  { fleets, count, onStep }: Watching,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const statuses = await Promise.all(
      fleets.map(({ name }) => readFleetStatus(fleetFolderOf(folder, name))),
    )
    const sum = (part: 'registered' | 'active' | 'linked'): number =>
      statuses.reduce((total, status: FleetStatus | undefined) => total + (status?.[part] ?? 0), 0)
    const [registered, active, linked] = [sum('registered'), sum('active'), sum('linked')]
    if (linked < count || active < count) {
      onStep(`${registered} of ${count} registered, ${linked} connected, ${active} active`)
    }
    await clock.delay(LOOK_MS, signal)
  }
}

async function waitForNodes(
  { scene: { clock, signal }, client }: DevicesParts,
  { count, onStep, withinMs }: Omit<Watching, 'fleets'> & { readonly withinMs: number },
): Promise<void> {
  const untilMs = clock.steadyMs() + withinMs
  for (;;) {
    const ready = await countReady(client)
    if (ready >= count || clock.steadyMs() > untilMs) return
    onStep(`${ready} of ${count} ready`)
    await clock.delay(LOOK_MS, signal)
    signal.throwIfAborted()
  }
}

async function countReady(client: KubeClient): Promise<number> {
  try {
    const { items } = await client.list(kinds.nodes, {})
    return items.filter((node) => isConditionTrue(node, 'Ready')).length
  } catch (failure) {
    if (isPassing(failure)) return 0
    throw failure
  }
}

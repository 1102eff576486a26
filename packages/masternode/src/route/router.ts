import {
  createWorkQueue,
  defineForSure,
  defineInstances,
  isFrozen,
  isHalted,
  type Instance,
  type Pod,
} from '@nexqloud/control'
import { nextAddress, type Gateway } from '@nexqloud/gateway'
import { StatusError, type KubeClient } from '@nexqloud/kube'
import type { Mux } from '@nexqloud/tunnel'

import { addresses, defineAddresses } from './address.ts'
import type { Exposure, Exposures } from './exposures.ts'
import { Places } from './places.ts'
import { portsOf } from './pod-ports.ts'
import { followInstances, type FollowOptions, type ServedInstances } from './served-instances.ts'

/** What the router works with. */
export type RouterOptions = Omit<FollowOptions, 'onChange'> & {
  readonly gateway: Pick<Gateway, 'publish' | 'attach' | 'withdraw'>
  /** The range that instances get their addresses of, e.g. `127.66.0.0/16`. */
  readonly pool: string
  /** Instances are called `name.namespace.` and this. */
  readonly domain: string
  /** Where those are reached that get no address here; there are none where it is left out. */
  readonly exposures?: Exposures | undefined
  /** Whether this masternode drives a device: it serves the instances on it. */
  readonly drives: (device: string) => boolean
  /** Whether it acts for all: it gives out addresses, and has visitors wait for instances that are nowhere. */
  readonly leads: () => boolean
  /** The pod of an instance, on a device that this masternode drives, does not have the instance's address yet. */
  readonly onAddress: (device: string, instance: string) => void
  /** Returns the link of a device; nothing while it is away. */
  readonly muxOf: (device: string) => Mux | undefined
}

/** Gives instances their addresses, and tells the gateway where they are. */
export type Router = {
  /** A device's link has come or gone, or it is driven by another one. */
  readonly deviceChanged: (device: string) => void
  /** {@link RouterOptions.leads} says something else than before. */
  readonly leadChanged: () => void
  /** Returns the address of an instance, `namespace/name`. */
  readonly addressOf: (instance: string) => string | undefined
  /** Routes until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/**
 * Returns the router: an instance has its address from when it is wanted until nothing of it is left; it is where its pod is ready on
 * a device that is connected, and nowhere in between.
 */
export function createRouter(options: RouterOptions): Router {
  const { gateway, drives, leads, exposures } = options
  const places = new Places(options.muxOf)
  const queue = createWorkQueue({ ...options, reconcile })
  const served = followInstances({ ...options, onChange: queue.add })

  async function reconcile(key: string): Promise<undefined> {
    const isWanted = route(key)
    if (!leads()) return
    const address = served.addresses.of(key)
    if (isWanted && address === undefined && !isOthers(options, served, key)) {
      await takeAddress(options, key, served.addresses.isTaken)
    } else if (!isWanted && address !== undefined) {
      await releaseAddress(options, address)
    }
  }

  /** Tells the gateway of an instance, and returns whether there is anything of it. */
  function route(key: string): boolean {
    const { instance, pod } = served.find(key)
    // A pod that runs counts before what its instance wants next.
    const spec = pod?.spec ?? instance?.spec.template.spec
    const reached = spec === undefined || !serves(pod) ? undefined : reach(options, served, key)
    if (reached === undefined) {
      gateway.withdraw(key)
      places.of(key, undefined)
    } else {
      const { podAddress, ...exposed } = reached
      const backends = places.of(key, pod)
      const resting = backends.length === 0 ? restingText(key, instance) : undefined
      gateway.publish({ ...exposed, id: key, ...(resting !== undefined && { resting }) })
      gateway.attach(key, backends)
      tellAddress(options, key, { address: podAddress, pod })
    }
    return spec !== undefined
  }

  function serves(pod: Pod | undefined): boolean {
    const { nodeName } = pod?.spec ?? {}
    return nodeName === undefined ? leads() : drives(nodeName)
  }

  return {
    deviceChanged: (device) => served.on(device).forEach(queue.add),
    leadChanged: () => served.all().forEach(queue.add),
    addressOf: (key) => exposures?.of(key)?.podAddress ?? served.addresses.of(key),
    run: async (signal) => {
      exposures?.follow(queue.add)
      await defineForSure(options, defineRouted, signal)
      const following = served.run(signal)
      // Who does not know all addresses would give one twice.
      await Promise.race([served.synced, following])
      await Promise.all([queue.run(signal), following])
    },
  }
}

/** Whether somebody else says where an instance is reached. */
function isOthers(
  { exposures }: Pick<RouterOptions, 'exposures'>,
  served: Pick<ServedInstances, 'find'>,
  key: string,
): boolean {
  if (exposures === undefined) return false
  const { instance, pod } = served.find(key)
  const labels = pod?.metadata?.labels ?? instance?.metadata?.labels
  return labels?.[exposures.label] !== undefined
}

/** Returns where an instance is reached; nothing as long as nobody has given it an address. */
function reach(
  options: Pick<RouterOptions, 'exposures' | 'domain'>,
  served: ServedInstances,
  key: string,
): Exposure | undefined {
  if (isOthers(options, served, key)) return options.exposures?.of(key)
  const address = served.addresses.of(key)
  if (address === undefined) return undefined
  const { instance, pod } = served.find(key)
  const [namespace = '', name = ''] = key.split('/')
  const hostnames = [`${name}.${namespace}.${options.domain}`]
  const ports = portsOf(pod?.spec ?? instance?.spec.template.spec)
  return { address, podAddress: address, hostnames, ports }
}

function tellAddress(
  { onAddress }: Pick<RouterOptions, 'onAddress'>,
  key: string,
  { address, pod }: { readonly address: string | undefined; readonly pod: Pod | undefined },
): void {
  const { nodeName } = pod?.spec ?? {}
  if (nodeName !== undefined && pod?.status?.podIP !== address) onAddress(nodeName, key)
}

async function defineRouted(client: KubeClient): Promise<void> {
  await Promise.all([defineInstances(client), defineAddresses(client)])
}

/** What visitors are told of an instance that stands still: they need not know what its tenant owes. */
function restingText(key: string, instance: Instance | undefined): string | undefined {
  if (instance === undefined) return undefined
  if (isHalted(instance)) return `${key} was stopped. Whoever owns it may start it again.`
  if (!isFrozen(instance)) return undefined
  return `${key} is frozen. Whoever owns it finds why, and what to do, with: nexqloud why ${instance.metadata?.name}`
}

/** Two that take the same one at once: the API has it once, and the other one tries again. */
async function takeAddress(
  { client, pool }: RouterOptions,
  key: string,
  isTaken: (address: string) => boolean,
): Promise<void> {
  const [namespace = '', name = ''] = key.split('/')
  const address = nextAddress(pool, { name: key, isTaken })
  const spec = { instance: { namespace, name } }
  await client.create(addresses, {}, { metadata: { name: address }, spec })
}

async function releaseAddress({ client }: RouterOptions, name: string): Promise<void> {
  await client.delete(addresses, { name }).catch((failure: unknown) => {
    if (!(failure instanceof StatusError && failure.kind === 'notFound')) throw failure
  })
}

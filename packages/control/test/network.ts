import type { Clock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { createDriver, type Driver } from '../src/drive/driver.ts'
import { runHealer } from '../src/heal/healer.ts'
import { instances, type Instance } from '../src/heal/instance.ts'
import type { Pod } from '../src/object/object.ts'
import { runScheduler } from '../src/schedule/scheduler.ts'
import { useCluster } from './cluster.ts'
import { connectMemoryDevice, factsOf, type MemoryDevice } from './memory-device.ts'
import { podOf } from './objects.ts'

/** A masternode's controllers, and devices that beat until they are cut off. */
export type Network = {
  readonly driver: Driver
  /** Resolves when the signal has aborted and all controllers have ended. */
  readonly ended: Promise<unknown>
  readonly dial: (name: string, owner: string) => MemoryDevice
  /** The device is heard no more. */
  readonly cut: (name: string) => void
  /** Lets time pass second by second, while connected devices beat. */
  readonly pass: (seconds: number) => Promise<void>
  readonly createInstance: (
    name: string,
    more?: Partial<Instance['spec']['template']>,
  ) => Promise<void>
  readonly instance: (name: string) => Promise<Instance>
  /** Resolves with the pod of this name once it is as wanted. */
  readonly pod: (name: string, isWanted: (pod: Pod) => boolean) => Promise<Pod>
}

/** Starts the controllers over an API; they end with the signal. */
export function startNetwork(options: {
  readonly client: KubeClient
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onFailure: (failure: unknown) => void
  readonly passMs: (ms: number) => Promise<void>
  readonly namespace?: string
}): Network {
  const { client, signal, passMs, namespace = 'default' } = options
  const driver = createDriver({ ...options, identity: 'masternode-1' })
  const ended = Promise.all([
    driver.run(signal),
    runScheduler(options, signal),
    runHealer(options, signal),
  ])
  const beating = new Map<string, MemoryDevice>()
  const { sees } = useCluster(client, signal)
  return {
    driver,
    ended,
    dial: (name, owner) => {
      const device = connectMemoryDevice(driver, name, factsOf({ owner }))
      beating.set(name, device)
      return device
    },
    cut: (name) => void beating.delete(name),
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        for (const { session } of beating.values()) session.heartbeat()
        await passMs(1000)
      }
    },
    createInstance: async (name, more = {}) => {
      const { spec = { containers: [] } } = podOf(name)
      const instance = { metadata: { name, namespace }, spec: { template: { spec, ...more } } }
      await client.create(instances, { namespace }, instance)
    },
    instance: (name) => client.get(instances, { namespace, name }),
    pod: (name, isWanted) => sees(kinds.pods, { namespace, name }, isWanted),
  }
}

/** Whether a pod runs on a device other than the one named. */
export function runsBeside(device: string) {
  return ({ spec, status }: Pod): boolean =>
    status?.phase === 'Running' && spec?.nodeName !== undefined && spec.nodeName !== device
}

import { availableParallelism } from 'node:os'

import { instances } from '@nexqloud/control'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { addresses } from '@nexqloud/masternode'

import { delay, untilAnswered } from './first-byte.ts'

const namespace = 'default'

/** Follows the addresses that instances get, until the signal aborts; returns how to wait for one. */
export async function followAddresses(
  client: KubeClient,
  signal: AbortSignal,
): Promise<(instance: string) => Promise<string>> {
  const waiting = new Map<string, (address: string) => void>()
  const { resourceVersion } = await client.list(addresses)
  const follow = async (): Promise<void> => {
    for await (const { object } of client.watch(addresses, { resourceVersion, signal })) {
      const { metadata, spec } = object
      waiting.get(spec?.instance.name)?.(metadata?.name ?? '')
    }
  }
  void follow()
  return (instance) => new Promise((resolve) => waiting.set(instance, resolve))
}

/** Launches an instance by the API, and returns the milliseconds until the first byte that it answered. */
export async function launchInstance(
  client: KubeClient,
  { name, image }: { readonly name: string; readonly image: string },
  addressOf: (instance: string) => Promise<string>,
): Promise<number> {
  const startedMs = performance.now()
  const address = addressOf(name)
  // It is bound by as much as the rival's: this machine.
  const resources = {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { cpu: `${availableParallelism()}`, memory: '512Mi' },
  }
  const containers = [{ name: 'main', image, ports: [{ containerPort: 80 }], resources }]
  const template = { spec: { containers } }
  await client.create(instances, { namespace }, { metadata: { name }, spec: { template } })
  try {
    await untilAnswered(await address)
  } catch (cause) {
    throw new Error(`${name} does not answer: ${await describePod(client, name)}`, { cause })
  }
  return performance.now() - startedMs
}

/** Returns what is said of a pod: it is gone with its network by the time that somebody could ask. */
async function describePod(client: KubeClient, name: string): Promise<string> {
  const { status } = await client.get(kinds.pods, { namespace, name })
  return JSON.stringify(status)
}

/** Removes an instance, and waits until nothing of it is left on its device. */
export async function removeInstance(client: KubeClient, name: string): Promise<void> {
  await client.delete(instances, { namespace, name })
  while (await isThere(client, name)) await delay(50)
}

async function isThere(client: KubeClient, name: string): Promise<boolean> {
  try {
    await client.get(kinds.pods, { namespace, name })
    return true
  } catch (failure) {
    if (failure instanceof StatusError && failure.kind === 'notFound') return false
    throw failure
  }
}

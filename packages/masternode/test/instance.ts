/** One instance of a test, in the namespace `default`. */

import { annotations, instances, type Pod } from '@nexqloud/control'
import { parseAddress, type Address } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'
import { expect, vi } from 'vitest'

/** How long a test waits for what comes by itself. */
export const soon = { timeout: 15_000, interval: 50 }
/** Its name. */
export const web = { namespace: 'default', name: 'web' }

type Container = NonNullable<Pod['spec']>['containers'][number]

/** Creates the instance, as soon as the API knows what one is. */
export async function createInstance(
  client: KubeClient,
  more: Partial<Container> = {},
  name = web.name,
): Promise<void> {
  const container = { name: 'main', image: 'registry.test/a/web:1', ...more }
  const spec = {
    schedulerName: 'nexqloud',
    terminationGracePeriodSeconds: 1,
    containers: [container],
  }
  const instance = { metadata: { name }, spec: { template: { spec } } }
  await vi.waitFor(() => client.create(instances, { namespace: web.namespace }, instance), soon)
}

/** Has an account pay for the namespace, and returns it. */
export async function assignPayer(client: KubeClient): Promise<Address> {
  const account = parseAddress(`0x${'a'.repeat(40)}`)
  const body = { metadata: { annotations: { [annotations.account]: account } } }
  await client.patch(kinds.namespaces, { name: web.namespace }, { type: 'merge', body })
  return account
}

/** Resolves with its pod once that is ready, on another device than the one named. */
export function podIsReady(client: KubeClient, elsewhere = '', name = web.name): Promise<Pod> {
  return vi.waitFor(async () => {
    const pod = await client.get(kinds.pods, { ...web, name })
    const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
    expect(ready?.status).toBe('True')
    expect(pod.spec?.nodeName).not.toBe(elsewhere)
    return pod
  }, soon)
}

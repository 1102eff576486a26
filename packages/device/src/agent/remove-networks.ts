import type { ContainerEngine } from '@nexqloud/engine'

import type { namesOf } from '../reconcile/pod-labels.ts'

/** Removes the device's own networks that no account uses any more. */
export async function removeUnusedNetworks(
  engine: Pick<ContainerEngine, 'listNetworks' | 'removeNetwork'>,
  names: Pick<ReturnType<typeof namesOf>, 'network'>,
  used: readonly { readonly namespace: string }[],
): Promise<void> {
  const kept = new Set(used.map(({ namespace }) => names.network(namespace)))
  for (const { name } of await engine.listNetworks()) {
    if (!name.startsWith(names.network('')) || kept.has(name)) continue
    await engine.removeNetwork(name)
  }
}

import { instanceKeyOf, type Freeze } from '@nexqloud/control'
import { parseInstanceKey, type InstanceKey } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'

import { isDnsLabel } from '../instance/dns-label.ts'
import { withInstances, type InstanceOptions } from '../instance/instance-session.ts'
import { findView } from '../instance/view.ts'
import type { Shell } from '../shell.ts'
import { UnpaidNamespaceError } from './errors.ts'

/** An instance by its name on the chain. */
export type FoundInstance = {
  readonly key: InstanceKey
  /** Why it may not run; unknown where it was not asked for by its name on the API. */
  readonly frozen?: Freeze | undefined
}

/**
 * Returns what an instance is called on the chain: itself where it is that already, else by the name that it has on the API.
 *
 * @throws {@link InstanceAbsentError}, {@link UnpaidNamespaceError}, {@link InvalidIdError}
 */
export async function findInstance(
  text: string,
  options: InstanceOptions,
  shell: Shell,
): Promise<FoundInstance> {
  if (!isDnsLabel(text)) return { key: parseInstanceKey(text) }
  return withInstances(options, shell, async (session) => {
    const { instance } = await findView(session, text)
    const { namespace, client } = session
    const found = await client.get(kinds.namespaces, { name: namespace })
    const key = instanceKeyOf(instance.metadata?.uid ?? '', found)
    if (key === undefined) throw new UnpaidNamespaceError(namespace)
    return { key, frozen: instance.status?.frozen }
  })
}

import { instanceKeyOf, instances, readLabelBook } from '@nexqloud/control'
import type { InstanceKey } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'

import type { InstanceSession } from '../instance/instance-session.ts'
import { unknown, type LabelOf } from './cost-by-label.ts'

/** Returns which value of a label each instance of a namespace has, or had until it was removed. */
export async function readLabels(
  { client, namespace }: Pick<InstanceSession, 'client' | 'namespace'>,
  label: string,
): Promise<LabelOf> {
  const [payer, { items }, { items: pages }] = await Promise.all([
    client.get(kinds.namespaces, { name: namespace }),
    client.list(instances, { namespace }),
    client.list(kinds.configMaps, { namespace }),
  ])
  const values = new Map<InstanceKey, string | undefined>()
  for (const [key, labels] of readLabelBook(pages)) values.set(key, labels[label])
  for (const { metadata } of items) {
    const key = instanceKeyOf(metadata?.uid ?? '', payer)
    if (key !== undefined) values.set(key, metadata?.labels?.[label])
  }
  return (instance) => (values.has(instance) ? values.get(instance) : unknown)
}

import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'

import { accounts } from '../account/kinds.ts'
import { requests } from '../request/request.ts'
import { followedKinds } from './followed-kinds.ts'
import type { WrittenKind } from './write.ts'

const schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
} as const

/** Makes the kinds known to the API: what EC2's structures have is EC2's matter, and not checked again there. */
export async function defineEc2Kinds(client: Pick<KubeClient, 'create'>): Promise<void> {
  for (const kind of [accounts, ...followedKinds, requests]) await define(client, kind)
}

async function define(
  client: Pick<KubeClient, 'create'>,
  { group, version, kind, plural, isNamespaced }: WrittenKind,
): Promise<void> {
  const name = `${plural}.${group}`
  const spec = {
    group,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
      },
    ],
  }
  try {
    await client.create(kinds.customResourceDefinitions, {}, { metadata: { name }, spec })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'AlreadyExists')) throw failure
  }
}

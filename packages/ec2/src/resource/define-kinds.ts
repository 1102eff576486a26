import { defineKind } from '@nexqloud/control'
import type { KubeClient } from '@nexqloud/kube'

import { accounts } from '../account/kinds.ts'
import { requests } from '../request/request.ts'
import { followedKinds } from './followed-kinds.ts'

const schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
} as const

/** Makes the kinds known to the API: what EC2's structures have is EC2's matter, and not checked again there. */
export async function defineEc2Kinds(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
): Promise<void> {
  for (const kind of [accounts, ...followedKinds, requests]) {
    await defineKind(client, kind, { schema, columns: [] })
  }
}

import { parseAddress, type InstanceKey } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { defineInstances, instances, type Instance } from '../src/heal/instance.ts'
import { Eraser } from '../src/meter/eraser.ts'
import { createFreezing } from '../src/meter/freezing.ts'
import type { Notice } from '../src/meter/notice.ts'
import { annotations } from '../src/object/names.ts'
import { openCluster } from './cluster.ts'

/** What happens around each call of the API that an eraser makes: it throws where the masternode dies there, or the API refuses it. */
export type AroundCall = (when: 'before' | 'after', call: string) => Promise<void>

const account = parseAddress(`0x${'a'.repeat(40)}`)
const namespace = 'default'

/** Opens an API with the instance `web`, whose namespace an account pays for and names a webhook, and what leads it down the ladder. */
export async function openEraserLab() {
  const cluster = await openCluster()
  const { client } = cluster
  await defineInstances(client)
  const payer = { metadata: { annotations: { [annotations.webhook]: 'https://example.com/hook' } } }
  await client.patch(kinds.namespaces, { name: namespace }, { type: 'merge', body: payer })
  const template = { spec: { containers: [{ name: 'main', image: 'nginx' }] } }
  const web: Instance = { metadata: { name: 'web', namespace }, spec: { template } }
  await client.create(instances, { namespace }, web)
  const notices: Notice[] = []
  let around: AroundCall = async () => {}
  const eraser = new Eraser({
    client: surround(client, (when, call) => around(when, call)),
    clock: cluster.clock,
    notify: (_, notice) => void notices.push(notice),
    attest: async (text) => `signed ${text}`,
    onFailure: cluster.onFailure,
  })
  const freezing = createFreezing(cluster)
  const find = () => client.get(instances, { namespace, name: 'web' })
  const key = `${account}${'0'.repeat(24)}` as InstanceKey
  return {
    ...cluster,
    account,
    notices,
    find,
    isThere: async () => (await client.list(instances, { namespace })).items.length > 0,
    freeze: async () =>
      freezing.freeze(
        { key, instance: await find(), pod: undefined },
        { reason: 'FundsTooLow', hadLease: true },
      ),
    /** As a masternode does that sees it so, or as it is. */
    resume: async (seen?: Instance) =>
      freezing.resume({ key, instance: seen ?? (await find()), pod: undefined }),
    /** Looks at a chain second, at the instance as it is or as somebody saw it before. */
    look: async (
      at: number,
      how: { readonly around?: AroundCall; readonly seen?: Instance } = {},
    ) => {
      const payers = [await client.get(kinds.namespaces, { name: namespace })]
      const charges = [{ key, instance: how.seen ?? (await find()), pod: undefined }]
      around = how.around ?? (async () => {})
      await eraser.look({ account, namespaces: payers, charges }, at)
    },
  }
}

function surround(client: KubeClient, around: AroundCall): KubeClient {
  const surrounded = async <Answer>(call: string, act: () => Promise<Answer>): Promise<Answer> => {
    await around('before', call)
    const answer = await act()
    await around('after', call)
    return answer
  }
  return {
    ...client,
    create: (kind, ...rest) =>
      surrounded(`create ${kind.kind}`, () => client.create(kind, ...rest)),
    patch: (kind, ...rest) => surrounded(`patch ${kind.kind}`, () => client.patch(kind, ...rest)),
    delete: (kind, ...rest) =>
      surrounded(`delete ${kind.kind}`, () => client.delete(kind, ...rest)),
  }
}

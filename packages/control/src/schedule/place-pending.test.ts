import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { podOf } from '../../test/objects.ts'
import { nameOf, type Pod } from '../object/object.ts'
import { placePending, type PlacementBench } from './place-pending.ts'

test('a pod that cannot be looked at keeps no other from being placed', async () => {
  const { bench, pods, told, failures } = await setup({ broken: 'odd' })
  expect(await placePending(bench)).toBe(Infinity)
  expect(failures).toEqual([new RangeError('odd')])
  expect(pods.map(({ metadata }) => metadata?.name)).toEqual(['odd', 'web'])
  expect(await told('web')).toBe('no room')
})

async function setup({ broken }: { readonly broken: string }) {
  const { client, clock, failures, onFailure, createPod } = await openCluster()
  const pods: Pod[] = []
  for (const name of [broken, 'web']) pods.push(await createPod(podOf(name)))
  const why = { by: 'memory', message: 'no room' }
  const bench = {
    index: { place: () => ({ blocked: why }) },
    queue: { list: () => pods },
    disks: {
      of: ({ metadata }: Pod) => {
        if (metadata?.name === broken) throw new RangeError(broken)
        return []
      },
    },
    writer: { client, clock, onFailure, record: async () => {} },
    findPod: () => undefined,
  } as unknown as PlacementBench
  const told = async (name: string) => {
    const pod = pods.find(({ metadata }) => metadata?.name === name)
    const { status } = await client.get<Pod>(kinds.pods, nameOf(pod ?? {}))
    return status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message
  }
  return { bench, pods, told, failures }
}

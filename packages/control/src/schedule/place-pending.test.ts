import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { podOf } from '../../test/objects.ts'
import { nameOf, uidOf, type Pod } from '../object/object.ts'
import { placePending, type PlacementBench } from './place-pending.ts'

const noRoom = { blocked: { by: 'memory', message: 'no room' } }

test('a pod that cannot be looked at keeps no other from being placed', async () => {
  const { bench, told, failures } = await setup(['odd', 'web'], {
    index: { place: () => noRoom },
    disks: {
      of: ({ metadata }: Pod) => {
        if (metadata?.name === 'odd') throw new RangeError('odd')
        return []
      },
    },
  })
  expect(await placePending(bench)).toBe(Infinity)
  expect(failures).toEqual([new RangeError('odd')])
  expect(await told('web')).toBe('no room')
})

test('a pod that somebody else seems to have bound, and that nobody has, is tried again', async () => {
  const released: string[] = []
  const device = { name: 'gone', failures: [] }
  const { bench, pods, waiting, client } = await setup(['web'], {
    index: {
      place: () => ({ device }),
      take: () => {},
      release: (uid: string) => released.push(uid),
    },
    disks: { of: () => [] },
  })
  const [pod = {}] = pods
  // It is made anew under its name: the one that is bound is no more.
  await client.delete(kinds.pods, { ...nameOf(pod) }, { gracePeriodSeconds: 0 })
  expect(await placePending(bench)).toBe(1000)
  expect(released).toEqual([uidOf(pod)])
  expect(waiting).toEqual([pod])
})

async function setup(names: readonly string[], parts: object) {
  const { client, clock, failures, onFailure, createPod } = await openCluster()
  const pods: Pod[] = []
  for (const name of names) pods.push(await createPod(podOf(name)))
  const waiting = [...pods]
  const find = ({ name }: { readonly name: string }) =>
    pods.find(({ metadata }) => metadata?.name === name)
  const bench = {
    queue: {
      list: () => [...waiting],
      put: (pod: Pod) => waiting.push(pod),
      remove: (pod: Pod) => waiting.splice(waiting.indexOf(pod), 1),
    },
    writer: { client, clock, onFailure, record: async () => {} },
    findPod: find,
    ...parts,
  } as unknown as PlacementBench
  const told = async (name: string) => {
    const { status } = await client.get<Pod>(kinds.pods, nameOf(find({ name }) ?? {}))
    return status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message
  }
  return { bench, pods, waiting, told, failures, client }
}

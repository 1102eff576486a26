import type { ContainerEngine, ContainerStatus } from '@nexqloud/engine'
import { ContainerNotFoundError } from '@nexqloud/engine'
import { expect, test } from 'vitest'

import { readPodContainer, type PodContainerStatus } from '../reconcile/pod-labels.ts'
import { findVisitor } from './find-visitor.ts'

const address = '172.20.0.2'

test('a container is known by its address', async () => {
  const one = container('a', { address })
  const other = container('b', { address: '172.20.0.3' })
  expect(await find([one, other], [one, other])).toBe('a')
})

test('one that was not seen yet is found', async () => {
  expect(await find([], [container('a', { address })])).toBe('a')
})

test('an address that was given again is its new container’s, whatever was seen before', async () => {
  const before = container('a', { address })
  const after = container('b', { address })
  expect(await find([before], [after])).toBe('b')
  const ended = { ...before, state: 'exited' } as const
  expect(await find([before], [ended, after])).toBe('b')
  expect(await find([before], [container('a', { address: '172.20.0.9' }), after])).toBe('b')
})

test('an address that is nobody’s, or more than one container’s, tells nothing', async () => {
  const one = container('a', { address })
  const other = container('b', { address })
  expect(await find([one], [{ ...one, state: 'exited' }])).toBeUndefined()
  expect(await find([one, other], [one, other])).toBeUndefined()
  expect(await find([], [{ ...one, labels: {} }])).toBeUndefined()
})

/** Asks for the address, after some containers were seen, and while there are some. */
async function find(
  seen: readonly ContainerStatus[],
  there: readonly ContainerStatus[],
): Promise<string | undefined> {
  const engine: Pick<ContainerEngine, 'listContainers' | 'inspectContainer'> = {
    listContainers: async () => there,
    inspectContainer: async (id) => {
      const found = there.find((each) => each.id === id)
      if (found === undefined) throw new ContainerNotFoundError(id, 'device')
      return found
    },
  }
  const running = (): readonly PodContainerStatus[] =>
    seen.flatMap((each) => readPodContainer(each) ?? [])
  return findVisitor({ engine, running }, address)
}

function container(uid: string, own: Pick<ContainerStatus, 'address'>): ContainerStatus {
  return {
    id: uid as ContainerStatus['id'],
    name: uid,
    image: 'image' as ContainerStatus['image'],
    state: 'running',
    createdAtMs: 0,
    labels: {
      'io.kubernetes.pod.namespace': 'acme',
      'io.kubernetes.pod.name': uid,
      'io.kubernetes.pod.uid': uid,
      'io.kubernetes.container.name': 'main',
    },
    ...own,
  }
}

import type { AssignedPod } from '@nexqloud/control'
import { expect, test, vi } from 'vitest'

import { createAssigner, type AssignerOptions } from './assigner.ts'

test('a pod that is being deleted is not assigned any more, and ends within the grace that it was given', async () => {
  const { assign, sent } = setup()
  assign([podOf('a', { deletionTimestamp: 'now', deletionGracePeriodSeconds: 0.5 })])
  const ending = [{ uid: 'a', graceSeconds: 1 }]
  await vi.waitFor(() => expect(sent).toEqual([{ term: 1, serial: 1, pods: [], ending }]))
})

test('a pod that the protocol cannot carry keeps none of the others away', async () => {
  const { assign, sent, refused } = setup({
    readCredentials: async ({ metadata = {} }) =>
      metadata.uid === 'b'
        ? { 'docker.io': { username: 'u'.repeat(5000), password: '' } }
        : undefined,
  })
  const large = podOf('c', { labels: { note: 'x'.repeat(300_000) } })
  assign([podOf('a'), podOf('b'), large])
  await vi.waitFor(() => expect(sent).toMatchObject([{ pods: [{ uid: 'a' }] }]))
  expect(refused).toEqual([
    ['b', expect.stringContaining('credentials')],
    ['c', expect.stringContaining('262144 are the most')],
  ])
})

test('what is handed over while a set is sent is sent next, the newest alone', async () => {
  const { assign, sent } = setup()
  for (const uid of ['a', 'b', 'c']) assign([podOf(uid)])
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent).toMatchObject([{ pods: [{ uid: 'a' }] }, { serial: 2, pods: [{ uid: 'c' }] }])
})

function podOf(uid: string, more: NonNullable<AssignedPod['pod']['metadata']> = {}): AssignedPod {
  const metadata = { namespace: 'acme', name: uid, uid, ...more }
  const spec = { terminationGracePeriodSeconds: 30, containers: [{ name: 'main', image: 'x' }] }
  return { pod: { metadata, spec }, fencingToken: 1 }
}

function setup(more: Partial<AssignerOptions> = {}) {
  const sent: unknown[] = []
  const refused: unknown[] = []
  const request = async (_: string, assignment: unknown) => {
    sent.push(assignment)
    return { fenced: [] }
  }
  const assign = createAssigner({
    peer: { request: request as never },
    term: 1,
    readCredentials: async () => undefined,
    onAssign: () => {},
    onFenced: () => {},
    onRefused: ({ pod }, why) => refused.push([pod.metadata?.uid, why]),
    onFailure: (failure) => {
      throw failure
    },
    ...more,
  })
  return { assign, sent, refused }
}

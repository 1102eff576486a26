import { expect, test, vi } from 'vitest'

import { createAssigner } from './assigner.ts'

test('a pod that is being deleted is not assigned any more, and ends within the grace that it was given', async () => {
  const sent: unknown[] = []
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
    onFailure: (failure) => {
      throw failure
    },
  })
  const metadata = {
    namespace: 'acme',
    name: 'web',
    uid: 'a',
    deletionTimestamp: '2026-01-01T00:00:00Z',
    deletionGracePeriodSeconds: 1,
  }
  const spec = { terminationGracePeriodSeconds: 30, containers: [{ name: 'main', image: 'x' }] }
  assign([{ pod: { metadata, spec }, fencingToken: 1 }])
  const ending = [{ uid: 'a', graceSeconds: 1 }]
  await vi.waitFor(() => expect(sent).toEqual([{ term: 1, serial: 1, pods: [], ending }]))
})

import type { AssignedPod } from '@nexqloud/control'
import type { AssignmentAnswer } from '@nexqloud/device'
import { createManualClock } from '@nexqloud/kernel'
import { expect, test, vi } from 'vitest'

import { createAssigner, type AssignerOptions } from './assigner.ts'

test('a pod that is being deleted is not assigned any more, and ends within the grace that it was given', async () => {
  const { assign, sent } = setup()
  assign([podOf('a', { deletionTimestamp: 'now', deletionGracePeriodSeconds: 0.5 })])
  const ending = [{ uid: 'a', graceSeconds: 1 }]
  await vi.waitFor(() => expect(sent).toEqual([{ term: 1, serial: 1, pods: [], ending }]))
})

test('where a pod may send goes with it: what cannot be read lets nothing out', async () => {
  const { assign, sent } = setup()
  const said = (uid: string, egress: string) =>
    podOf(uid, { annotations: { 'nexqloud.io/egress': egress } })
  assign([said('a', '[{"protocol":6,"cidr":"0.0.0.0/0"}]'), said('b', 'what?'), podOf('c')])
  const egress = [{ protocol: 6, cidr: '0.0.0.0/0' }]
  await vi.waitFor(() =>
    expect(sent).toMatchObject([
      { pods: [{ uid: 'a', egress }, { uid: 'b', egress: [] }, { uid: 'c' }] },
    ]),
  )
  expect(sent).not.toHaveProperty('0.pods.2.egress')
})

test('how often a pod is to be rebooted goes with it; what is no number asks for nothing', async () => {
  const { assign, sent } = setup()
  const said = (uid: string, reboots: string) =>
    podOf(uid, { annotations: { 'nexqloud.io/reboots': reboots } })
  assign([said('a', '2'), said('b', 'often'), said('c', '-1')])
  await vi.waitFor(() => expect(sent).toMatchObject([{ pods: [{ uid: 'a', reboots: 2 }, {}, {}] }]))
  expect(sent).not.toHaveProperty('0.pods.1.reboots')
  expect(sent).not.toHaveProperty('0.pods.2.reboots')
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

test('pods that come later, however many and large, take no room from one that runs', async () => {
  const { assign, sent, refused } = setup()
  const flood = Array.from({ length: 13 }, (_, at) =>
    podOf(`a${at}`, {
      labels: { note: 'x'.repeat(250_000) },
      creationTimestamp: '2026-11-25T00:00:01Z',
    }),
  )
  const running = podOf('z', {
    labels: { note: 'x'.repeat(250_000) },
    creationTimestamp: '2026-11-25T00:00:00Z',
  })
  assign([...flood, running])
  await vi.waitFor(() => expect(sent).toMatchObject([{ pods: { length: 12, 0: { uid: 'z' } } }]))
  expect(refused.map(([uid]) => uid)).toEqual(['a11', 'a12'])
})

test('a disk that the protocol cannot carry keeps none of the others away, and cuts no link', async () => {
  const { assign, sent, refusedDisks } = setup()
  const volumes = [
    { id: 'a', sizeBytes: 1000, isMade: false },
    { id: 'b', sizeBytes: 2 ** 60, isMade: false },
  ]
  const snapshots = [{ id: 'c', volume: '', isMade: false }]
  assign([], { volumes, snapshots, erased: ['d'] })
  const disks = { volumes: volumes.slice(0, 1), snapshots: [], erased: ['d'] }
  await vi.waitFor(() => expect(sent).toMatchObject([{ disks }]))
  expect(refusedDisks).toEqual([
    ['b', expect.stringContaining('sizeBytes')],
    ['c', expect.stringContaining('volume')],
  ])
})

test('what is handed over while a set is sent is sent next, the newest alone', async () => {
  const { assign, sent } = setup()
  for (const uid of ['a', 'b', 'c']) assign([podOf(uid)])
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent).toMatchObject([{ pods: [{ uid: 'a' }] }, { serial: 2, pods: [{ uid: 'c' }] }])
})

test('a pod that a full disk kept away is told so once and never sent again, and the rest is tried again', async () => {
  const clock = createManualClock(0)
  const disk = { isFull: true }
  const { assign, sent, unsaved } = setup({ clock }, () =>
    disk.isFull
      ? { fenced: [], unsaved: { isFull: true, why: 'it is full', held: ['a'] } }
      : { fenced: [] },
  )
  const told = { status: { phase: 'Failed', reason: 'DeviceDiskFull' } }
  const earlier = { ...podOf('c'), pod: { ...podOf('c').pod, ...told } }
  assign([podOf('a'), podOf('b'), earlier])
  await vi.waitFor(() => expect(unsaved).toEqual(['b']))
  expect(sent).toMatchObject([{ pods: [{ uid: 'a' }, { uid: 'b' }] }])
  await clock.pass(10_000)
  expect(sent).toHaveLength(2)
  assign([podOf('a'), podOf('b'), earlier, podOf('d')])
  await vi.waitFor(() => expect(unsaved).toEqual(['b', 'd']))
  disk.isFull = false
  await clock.pass(10_000)
  expect(sent.at(-1)).toMatchObject({ serial: 4, pods: [{ uid: 'a' }] })
  await clock.pass(60_000)
  expect(sent).toHaveLength(4)
})

test('a secret that is made later is sent, as long as its pod waits', async () => {
  const clock = createManualClock(0)
  const secret: { password?: string } = {}
  const waiting = { pulls: true }
  const { assign, sent } = setup({
    clock,
    isPulling: () => waiting.pulls,
    readCredentials: async () =>
      secret.password === undefined
        ? {}
        : { 'docker.io': { username: 'u', password: secret.password } },
  })
  const { pod, fencingToken } = podOf('a')
  const spec = { containers: [], ...pod.spec, imagePullSecrets: [{ name: 's' }] }
  assign([{ pod: { ...pod, spec }, fencingToken }])
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  await clock.pass(20_000)
  expect(sent).toHaveLength(1)
  secret.password = 'p'
  await clock.pass(10_000)
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent[1]).toMatchObject({ pods: [{ credentials: { 'docker.io': { password: 'p' } } }] })
  waiting.pulls = false
  await clock.pass(10_000)
  secret.password = 'q'
  await clock.pass(30_000)
  expect(sent).toHaveLength(2)
})

test('nothing is tried again in a term that is over', async () => {
  const clock = createManualClock(0)
  const over = new AbortController()
  const { assign, sent, unsaved } = setup({ clock, signal: over.signal }, () => ({
    fenced: [],
    unsaved: { isFull: true, why: 'it is full', held: [] },
  }))
  assign([podOf('a')])
  await vi.waitFor(() => expect(unsaved).toEqual(['a']))
  over.abort()
  await clock.pass(60_000)
  expect(sent).toHaveLength(1)
})

function podOf(uid: string, more: NonNullable<AssignedPod['pod']['metadata']> = {}): AssignedPod {
  const metadata = { namespace: 'acme', name: uid, uid, ...more }
  const spec = { terminationGracePeriodSeconds: 30, containers: [{ name: 'main', image: 'x' }] }
  return { pod: { metadata, spec }, fencingToken: 1 }
}

function setup(
  more: Partial<AssignerOptions> = {},
  answer: () => AssignmentAnswer = () => ({ fenced: [] }),
) {
  const sent: unknown[] = []
  const refused: (readonly [uid: string | undefined, why: string])[] = []
  const unsaved: unknown[] = []
  const refusedDisks: unknown[] = []
  const request = async (_: string, assignment: unknown) => {
    sent.push(assignment)
    return answer()
  }
  const assign = createAssigner({
    peer: { request: request as never },
    term: 1,
    readCredentials: async () => undefined,
    onAssign: () => {},
    clock: createManualClock(0),
    signal: new AbortController().signal,
    onAnswer: () => {},
    onFenced: () => {},
    onSecretMissing: () => {},
    isPulling: () => true,
    onUnsaved: ({ pod }) => unsaved.push(pod.metadata?.uid),
    onRefused: ({ pod }, why) => refused.push([pod.metadata?.uid, why]),
    onDisksRefused: (all) => refusedDisks.push(...all),
    onFailure: (failure) => {
      throw failure
    },
    ...more,
  })
  return { assign, sent, refused, refusedDisks, unsaved }
}

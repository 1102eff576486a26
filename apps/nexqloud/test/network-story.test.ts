import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { nexqloudLocal } from '@nexqloud/ledger'
import { expect, test, vi } from 'vitest'

import { createInstance } from '../../../packages/masternode/test/instance.ts'
import { connectMemoryNode } from '../src/session/memory-node.ts'
import { image, openInstances } from './instance-network.ts'

test('a network that is well is told on one screen', async () => {
  const { type } = await openInstances(2)
  await type(['run', image])
  const { code, lines } = await type(['status'], { connect: connectChain })
  expect([code, masked(lines)]).toMatchInlineSnapshot(`
    [
      0,
      [
        "chain  http://127.0.0.1:8545, height 12, newest block SPAN ago",
        "masternode  masternode 1 drives 2 devices",
        "devices  2 ready",
        "free  7.7 CPU of 7.8 CPU, 13.4 GiB of 13.9 GiB of memory, on those that may get instances",
        "instances  1 running",
        "",
        "Nothing needs attention.",
      ],
    ]
  `)
})

test('what needs attention is named with what to try, and the JSON has all of it', async () => {
  const { type, client } = await openInstances(0)
  await type(['run', image, '--no-wait'])
  await client.create(kinds.nodes, {}, { metadata: { name: 'device-7' } })
  await isUnschedulable(client, 'web')
  const { code, documents } = await type(['status', '--json'])
  expect(code).toBe(0)
  expect(documents[0]).toMatchObject({
    chain: { problem: expect.any(String) },
    devices: { count: 1, byState: { dark: 1 } },
    instances: { count: 1, pending: 1, running: 0 },
    concerns: [
      { what: expect.stringMatching(/^The chain does not answer/), try: 'nexqloud up' },
      { what: 'No device may get new instances.', try: 'nexqloud device list' },
      { what: 'device-7 is dark.', try: 'nexqloud why device-7' },
      {
        what: expect.stringMatching(/^web is pending: Unschedulable: blocked by taints: /),
        try: 'nexqloud why web',
      },
    ],
  })
})

test('nothing that runs is a failure that says how to start', async () => {
  const { type } = await openInstances(0)
  const openCluster = async () => {
    throw statusError(503, 'ServiceUnavailable')
  }
  const { code, lines } = await type(['status'], { openCluster })
  expect(code).toBe(1)
  expect(lines.join('\n')).toContain('Try: nexqloud up')
})

test('devices are listed by number, filtered and bounded', async () => {
  const { type, client, join } = await openInstances(0)
  for (const name of ['device-10', 'device-2']) await join(name)
  await vi.waitFor(async () => {
    const { items } = await client.list(kinds.nodes, {})
    expect(items.filter(({ status }) => status?.conditions !== undefined)).toHaveLength(2)
  }, 15_000)
  const { lines } = await type(['device', 'list'], { connect: connectChain })
  expect(masked(lines)).toMatchInlineSnapshot(`
    [
      "DEVICE  OWNER  STATE  SCORE (CPU/MEM/DISK)  CPU FREE  MEMORY FREE  PODS  MASTERNODE",
      "device-2  device-2  ready (SPAN)  1200/340/56  3.9 of 3.9  6.9 GiB of 6.9 GiB  0  masternode 1",
      "device-10  device-10  ready (SPAN)  1200/340/56  3.9 of 3.9  6.9 GiB of 6.9 GiB  0  masternode 1",
    ]
  `)
  const bounded = await type(['device', 'list', '--limit', '1', '--json'])
  expect(bounded.documents[0]).toMatchObject({
    count: 2,
    matching: 2,
    devices: [{ name: 'device-2', state: 'ready', scores: null, pods: 0 }],
  })
  expect((await type(['device', 'list', '--limit', '1'])).lines.at(-1)).toMatch(
    /^1 more: --limit 2/,
  )
  expect((await type(['device', 'list', '--state', 'lost'])).lines).toEqual([
    'None of 2 devices: states are lost, dark, paused, draining, cordoned, disk-full, failing, yielding, ready.',
  ])
})

test('why an instance runs where it does is told in the order of time', async () => {
  const network = await openInstances(0)
  const { type, client } = network
  const agents = [await network.join('device-1'), await network.join('device-2')]
  const [run] = (await type(['run', image, '--json'])).documents
  agents.find(({ name }) => name === run?.['device'])?.drain.set(true)
  await vi.waitFor(async () => {
    const pod = await client.get(kinds.pods, { namespace: 'default', name: 'web' })
    expect(pod.spec?.nodeName).not.toBe(run?.['device'])
    expect(pod.status?.phase).toBe('Running')
  }, 30_000)
  const { documents } = await type(['why', 'web', '--json'])
  expect(documents[0]).toMatchObject({ kind: 'instance', name: 'web', state: 'running' })
  const { lines } = await type(['why', 'web'])
  const told = lines.join('\n')
  expect(lines[0]).toMatch(/^web runs on device-[12] for \d+s; before on device-[12]\.$/)
  const order = [
    'it was asked for',
    'placed on',
    'its container started',
    'DeviceDraining',
    'placed on',
  ].reduce((at, text) => told.indexOf(text, at + 1), 0)
  expect(order).toBeGreaterThan(0)
})

test('who holds what a pending instance lacks is named, and what never started', async () => {
  const { type, client } = await openInstances(1)
  await type(['run', image, '--name', 'big', '--cpu', '3'])
  await expect(type(['run', image, '--name', 'late', '--cpu', '2'])).rejects.toMatchObject({
    code: 'INSTANCE_NO_ROOM',
    message: expect.stringContaining('device-1 has 0.9 CPU of 3.9 CPU free: held by big 3 CPU.'),
  })
  await createInstance(client, { image, resources: { requests: { cpu: '2' } } }, 'late')
  await isUnschedulable(client, 'late')
  const { lines } = await type(['why', 'late'])
  expect(masked(lines)).toMatchInlineSnapshot(`
    [
      "late is pending and has no device.",
      "Now blocked by cpu: the largest free device has 0.9 CPU, asked 2 CPU.",
      "device-1 has 0.9 CPU of 3.9 CPU free: held by big 3 CPU.",
      "",
      "  TIME  it was asked for",
      "  TIME  no device takes it: blocked by cpu: the largest free device has 0.9 CPU, asked 2 CPU",
      "",
      "What to do:",
      "  It starts as soon as a device has room: ask for less with --cpu and --memory, or wait.",
    ]
  `)
})

test('why a device gets work or none is told, by its number and by its name', async () => {
  const { type, client } = await openInstances(1)
  await type(['run', image])
  for (const name of ['1', 'device-1']) {
    const { lines } = await type(['why', name])
    expect(lines[0]).toMatch(/^device-1 is ready for \d+s\. It may have new instances\.$/)
    expect(lines).toContain('On it: default/web.')
  }
  await client.patch(
    kinds.nodes,
    { name: 'device-1' },
    { type: 'merge', body: { spec: { unschedulable: true } } },
  )
  const { documents } = await type(['why', '1', '--json'])
  expect(documents[0]).toMatchObject({
    kind: 'device',
    state: 'cordoned',
    tries: ['kubectl uncordon device-1'],
  })
})

test('a name that nothing has is refused with the names that there are', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  await expect(type(['why', 'nothing'])).rejects.toMatchObject({
    code: 'FLEET_NAME_UNKNOWN',
    hint: expect.stringContaining('web'),
  })
})

test('an account is told of its own instances alone', async () => {
  const { type, client, streams } = await openInstances(1)
  await type(['run', image])
  const own = { ...client, close: async () => {}, list: refuseBeyond(client) }
  const openCluster = async () => ({ client: own, streams })
  const status = await type(['status'], { openCluster, connect: connectChain })
  expect(status.lines.slice(1, 3)).toEqual([
    'devices    are shown to operators alone',
    'instances  1 running',
  ])
  const { lines } = await type(['why', 'web'], { openCluster })
  expect(lines[0]).toMatch(/^web runs on device-1 for \w+\.$/)
  expect(lines.join('\n')).toContain('placed on device-1')
  await expect(type(['device', 'list'], { openCluster })).rejects.toMatchObject({
    code: 'FLEET_HIDDEN',
  })
})

/** Refuses what is in no namespace of an account's own, as the API does. */
function refuseBeyond(client: KubeClient): KubeClient['list'] {
  return async (kind, selection = {}) => {
    if (selection.namespace === 'default') return client.list(kind, selection)
    throw statusError(403, 'Forbidden')
  }
}

function statusError(code: number, reason: string): StatusError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
  return new StatusError({ ...status, code, reason, message: 'It is away.' })
}

function isUnschedulable(client: KubeClient, name: string): Promise<void> {
  return vi.waitFor(async () => {
    const { status } = await client.get(kinds.pods, { namespace: 'default', name })
    expect(status?.conditions?.[0]?.reason).toBe('Unschedulable')
  }, 15_000)
}

function connectChain() {
  const bytes32 = `0x${'00'.repeat(32)}`
  const zero = `0x${'00'.repeat(20)}`
  return Promise.resolve(
    connectMemoryNode({
      chainId: nexqloudLocal.id,
      block: { number: 12n, timestamp: BigInt(Math.floor(Date.now() / 1000)), extraData: '0x' },
      returns: {
        activeSeats: 1n,
        inSeat: 1,
        masternode: {
          operator: zero,
          signer: zero,
          status: 2,
          seat: 0,
          unbondsAt: 0,
          stake: 0n,
          tlsKeyHash: bytes32,
          region: bytes32,
          endpoint: '',
        },
        device: {
          owner: zero,
          status: 3,
          key: 1n,
          tlsKeyHash: bytes32,
          region: bytes32,
          measurer: 0,
          measureBefore: 0,
          accepted: { cpu: 1200, memoryScore: 340, storageScore: 56, gpu: 0, isp: 0 },
          offered: { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 },
        },
      },
    }),
  )
}

/** Times and spans are never the same. */
function masked(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
      .replaceAll(/\b(?:\d+[smh])+\b/g, 'SPAN')
      .replaceAll(/ {2,}/g, '  '),
  )
}

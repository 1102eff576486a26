import { parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import type { DeviceRecord, DeviceStatus } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import type { AgentStatus } from './agent-status.ts'
import { explainUse } from './explain-use.ts'
import type { Waiting } from './waiting.ts'

const at = '2026-11-26T00:00:00.000Z'
const nowMs = Date.parse(at)
const links = [{ masternode: 'm:1', since: at }]
const pod = { namespace: 'a', name: 'b', uid: 'c', phase: 'Running', ready: true, restarts: 0 }

test.each([
  ['nothing is placed on', [], ['It is ready, and nothing is placed on it now.']],
  ['one pod runs on', [pod], ['It is used: 1 pod.']],
  ['two pods run on', [pod, pod], ['It is used: 2 pods.']],
])('a device that %s can be used', (_, pods, reasons) => {
  expect(explainUse(record('active'), agent({ links, pods }), { nowMs })).toEqual({
    isUsable: true,
    reasons,
  })
})

test.each([
  ['not measured', [record('registered'), agent({ links })], /not measured yet/],
  ['not accepted', [record('measured'), agent({ links })], /device accept/],
  ['sold', [record('suspended'), agent({ links })], /new owner/],
  ['retired', [record('retired'), agent({ links })], /registers it anew/],
  ['unknown, as the chain is away', [undefined, agent({ links })], /chain does not answer/],
  ['without an agent', [record('active'), undefined], /nexqloud device run/],
  ['drained', [record('active'), agent({ links, isDraining: true })], /drain --undo/],
  ['without a link', [record('active'), agent({})], /^No masternode has a link to it\.$/],
] as const)('a device that is %s is told why it is not used', (_, [on, by], reason) => {
  const { isUsable, reasons } = explainUse(on, by, { nowMs })
  expect(isUsable).toBe(false)
  expect(reasons[0]).toMatch(reason)
})

test('what a device that was not measured waits for is told', () => {
  const tell = (waiting: Waiting) =>
    explainUse(record('registered'), agent({ links }), { waiting, nowMs }).reasons
  expect(tell({ for: 'draw' })[1]).toBe('A masternode that measures it is to be drawn.')
  expect(tell({ for: 'measurement', masternode: parseMasternodeId(3) })[1]).toBe(
    'Masternode 3 measures it now.',
  )
  expect(tell({ for: 'key', from: 1_700_000_000n })[1]).toBe(
    'Its key was measured with lately: it is measured after 2023-11-14 22:13:20 UTC.',
  )
})

test('why there is no link is told with what to do, and everything that is in the way', () => {
  const linkTrouble = { code: 'X', message: 'm:1 was not reached: refused', hint: 'Check it.', at }
  expect(
    explainUse(record('measured'), agent({ linkTrouble, isDraining: true }), { nowMs }).reasons,
  ).toMatchInlineSnapshot(`
    [
      "Its scores wait for its owner: nexqloud device accept",
      "It is being drained: nexqloud device drain --undo ends that.",
      "No masternode has a link to it. m:1 was not reached: refused Check it.",
    ]
  `)
})

test('what its owner holds back is told, and what ends it', () => {
  const owner = { isStopping: false, seen: {} }
  const paused = {
    ...owner,
    state: 'pauses',
    isDraining: true,
    reasons: ['paused', 'hot'],
  } as const
  const { isUsable, reasons } = explainUse(
    record('active'),
    agent({ links, owner: { ...paused, reasons: [...paused.reasons] } }),
    { nowMs },
  )
  expect(isUsable).toBe(false)
  expect(reasons).toEqual([
    'It is paused by its owner. nexqloud device resume ends that.',
    'It is too hot.',
  ])
  const yields = { ...owner, state: 'yields' as const, isDraining: false, reasons: ['ownerActive'] }
  expect(
    explainUse(record('active'), agent({ links, pods: [pod], owner: yields }), { nowMs }),
  ).toEqual({
    isUsable: true,
    reasons: ['It is used: 1 pod.', 'It yields, as its owner uses it.'],
  })
})

test('a device on which everything fails is told so until that is over', () => {
  const failing = { instances: 3, until: '2026-11-26T00:10:00.000Z' }
  const tell = (laterMs: number) =>
    explainUse(record('active'), agent({ links, failing }), { nowMs: nowMs + laterMs })
  expect(tell(0)).toMatchObject({
    isUsable: true,
    reasons: [
      expect.stringMatching(
        /^It fails: pods of 3 instances failed here in a row.*until 2026-11-26/,
      ),
      'It is ready, and nothing is placed on it now.',
    ],
  })
  expect(tell(600_000).reasons).toHaveLength(1)
})

test('a device that comes and goes is told so until that is over', () => {
  const unsteady = { times: 3, until: '2026-11-26T00:10:00.000Z' }
  const tell = (laterMs: number) =>
    explainUse(record('active'), agent({ links, unsteady }), { nowMs: nowMs + laterMs })
  expect(tell(0).reasons[0]).toMatch(
    /^It comes and goes: the masternode lost it 3 times within an hour\..*until 2026-11-26/,
  )
  expect(tell(600_000).reasons).toHaveLength(1)
})

function agent(fields: Partial<AgentStatus>): AgentStatus {
  return {
    pid: 1,
    at,
    startedAt: at,
    device: 7,
    engine: { name: 'docker', version: '28' },
    isDraining: false,
    links: [],
    ...fields,
  }
}

function record(status: DeviceStatus): DeviceRecord {
  const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
  return {
    id: parseDeviceId(7),
    status,
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 101n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: 'local',
    accepted: none,
    offered: none,
  }
}

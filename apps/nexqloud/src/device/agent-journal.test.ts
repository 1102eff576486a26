import type { PodReport } from '@nexqloud/device'
import { createManualClock } from '@nexqloud/kernel'
import { LinkDialError, parseTlsKeyHash, type Link, type UplinkEvent } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { AgentJournal } from './agent-journal.ts'

const endpoint = { host: 'm', port: 1, keyHash: parseTlsKeyHash(`0x${'1'.repeat(64)}`) }
const link = {} as Link
const linked: UplinkEvent = { name: 'linked', endpoint, link }
const refused = {
  name: 'dialFailed',
  endpoint,
  error: new LinkDialError('m:1', 'refused'),
} as const

test('what changed is to be written, and the same again after ten seconds', async () => {
  const { journal, clock } = create()
  expect(journal.take()).toMatchObject({ pid: 9, device: 7, isDraining: false })
  expect(journal.take()).toBeUndefined()
  await clock.pass(10_000)
  expect(journal.take()).toBeDefined()
  journal.onDrain(false)
  expect(journal.take()).toBeUndefined()
  journal.onDrain(true)
  expect(journal.take()).toMatchObject({ isDraining: true })
})

test('a link clears what kept it from being, and its end tells why', () => {
  const { journal } = create()
  journal.onUplink(refused)
  expect(journal.take()?.linkTrouble).toMatchObject({ message: 'm:1 was not reached: refused' })
  journal.onUplink(refused)
  expect(journal.take()).toBeUndefined()
  journal.onUplink(linked)
  const now = journal.take()
  expect(now).toMatchObject({ links: [{ masternode: 'm:1' }] })
  expect(now).not.toHaveProperty('linkTrouble')
  journal.onUplink({ ...linked, link: {} as Link })
  journal.onUplink({ ...linked, name: 'unlinked', error: new Error('The cable was pulled.') })
  const after = journal.take()
  expect(after?.links).toHaveLength(1)
  expect(after?.linkTrouble?.message).toContain('The cable was pulled.')
})

test('pods are those that were told, until the inventory has them no more', () => {
  const { journal } = create()
  expect(journal.take()).not.toHaveProperty('pods')
  const { onReport, onInventory } = journal.observer()
  onReport(report('a'))
  onReport(report('b'))
  onInventory({ term: 1, serial: 1, uids: ['a', 'b'] })
  expect(journal.take()?.pods).toMatchObject([
    { uid: 'a', phase: 'Pending', ready: false, restarts: 2, reason: 'There is no such image.' },
    { uid: 'b' },
  ])
  onInventory({ term: 1, serial: 1, uids: ['b'] })
  expect(journal.take()?.pods).toMatchObject([{ uid: 'b' }])
})

test('how placement sees the device is written down until it is told to be over', () => {
  const { journal } = create()
  const { onStanding } = journal.observer()
  const failing = { instances: 3, until: '2026-11-26T00:10:00.000Z' }
  const unsteady = { times: 3, until: '2026-11-26T00:20:00.000Z' }
  onStanding({ failing, unsteady })
  expect(journal.take()).toMatchObject({ failing, unsteady })
  onStanding({ unsteady })
  const after = journal.take()
  expect(after).toMatchObject({ unsteady })
  expect(after).not.toHaveProperty('failing')
  onStanding({})
  expect(journal.take()).not.toHaveProperty('unsteady')
})

function create() {
  const clock = createManualClock(0)
  const engine = { name: 'docker', version: '28' }
  return { clock, journal: new AgentJournal({ pid: 9, device: 7, engine }, clock) }
}

function report(uid: string): PodReport {
  const waiting = { reason: 'ErrImagePull', message: 'There is no such image.' }
  return {
    namespace: 'acme',
    name: uid,
    uid,
    token: 1,
    secondsRunning: 0,
    status: {
      phase: 'Pending',
      conditions: [],
      containerStatuses: [
        {
          name: 'web',
          image: 'web:1',
          imageID: '',
          ready: false,
          started: false,
          restartCount: 2,
          state: { waiting },
          lastState: {},
        },
      ],
    },
  }
}

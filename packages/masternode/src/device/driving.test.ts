import type { DeviceDisksReport, DeviceLink } from '@nexqloud/control'
import { createManualClock } from '@nexqloud/kernel'
import type { Link } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { Driving } from './driving.ts'

const nothing = { volumes: [], snapshots: [] }

test('what a device says of its disks counts once it was told the newest set, and not while that waits to be sent', async () => {
  const { driving, link, reports, sent, answer } = setup()
  link.assign([])
  await settle()
  driving.disks({ term: 1, serial: 1, ...nothing })
  expect(reports).toHaveLength(1)
  // The first set is not answered yet, so the second and the third wait.
  link.assign([])
  link.assign([])
  driving.disks({ term: 1, serial: 1, ...nothing })
  expect(reports).toHaveLength(1)
  answer()
  await settle()
  expect(sent).toMatchObject([{ serial: 1 }, { serial: 2 }])
  driving.disks({ term: 1, serial: 1, ...nothing })
  driving.disks({ term: 0, serial: 2, ...nothing })
  expect(reports).toHaveLength(1)
  driving.disks({ term: 1, serial: 2, ...nothing })
  expect(reports).toHaveLength(2)
})

test('a disk that the device cannot be told of says why, and does not count as erased', async () => {
  const { driving, link, reports } = setup()
  const large = { sizeBytes: 2 ** 60, isMade: true }
  const volumes = ['new', 'old'].map((id) => ({ id, ...large }))
  link.assign([], { volumes, snapshots: [], erased: ['NO ID'] })
  await settle()
  const old = { id: 'old', state: 'available' as const, sizeBytes: 1000 }
  driving.disks({ term: 1, serial: 1, ...nothing, volumes: [old] })
  const message = expect.stringContaining('sizeBytes')
  expect(reports[0]?.volumes).toEqual([
    { ...old, message },
    { id: 'new', state: 'failed', message },
    { id: 'NO ID', state: 'failed', message: expect.any(String) },
  ])
})

function setup() {
  const links: DeviceLink[] = []
  const reports: DeviceDisksReport[] = []
  const sent: unknown[] = []
  const answers: (() => void)[] = []
  const session = {
    heartbeat: () => {},
    describe: () => {},
    report: () => {},
    reportDisks: (report: DeviceDisksReport) => void reports.push(report),
    tell: () => {},
    close: () => {},
  }
  const request = async (_: string, assignment: unknown) => {
    sent.push(assignment)
    await new Promise<void>((resolve) => answers.push(resolve))
    return { fenced: [] }
  }
  const driving = new Driving(
    {
      driver: {
        connect: (link) => {
          links.push(link)
          return session
        },
      },
      readCredentials: async () => undefined,
      addressOf: () => undefined,
      clock: createManualClock(0),
      onFailure: (failure) => {
        throw failure
      },
    },
    {
      device: 'device-1',
      link: { mux: {} } as unknown as Link,
      peer: { request, notify: () => {} } as never,
      news: { tell: (_, pass) => pass() },
      term: 1,
      onDisk: () => {},
    },
    { standing: {} as never, machine: {} as never },
  )
  const [link] = links
  if (link === undefined) throw new Error('It did not connect.')
  return { driving, link, reports, sent, answer: () => answers.shift()?.() }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
}

import { isDeepStrictEqual } from 'node:util'

import { createAllowance } from '@nexqloud/kernel'

import type { Pod } from '../object/object.ts'
import type { DeviceLink, DeviceSession } from './device-link.ts'
import type { DriveBench } from './drive-node.ts'
import type { DrivenDevice } from './drive-pods.ts'

/** Events that a device may have written. */
const EVENTS = { burst: 50, perSecond: 1 }

/** Returns who writes what a device tells of its own pods. */
export function createTeller(
  { clock, record }: DriveBench,
  podOf: (uid: string) => Pod | undefined,
): DeviceSession['tell'] {
  const mayTell = createAllowance(EVENTS, () => clock.steadyMs())
  return (uid, happening) => {
    const pod = podOf(uid)
    if (pod !== undefined && mayTell()) void record({ ...pod, kind: 'Pod' }, happening)
  }
}

/** Returns where a link reports; what comes after another one took its place is not heard. */
export function openSession(
  device: DrivenDevice,
  link: DeviceLink,
  tell: {
    readonly changed: () => void
    readonly heard: () => boolean
    readonly happened: DeviceSession['tell']
  },
): DeviceSession {
  const ifCurrent = (act: () => void): void => {
    if (device.link === link) act()
  }
  tell.changed()
  return {
    heartbeat: () =>
      ifCurrent(() => {
        if (tell.heard()) tell.changed()
      }),
    describe: (facts) =>
      ifCurrent(() => {
        // Devices are looked up every few seconds, and are nearly always as they were.
        if (isDeepStrictEqual(device.facts, facts)) return
        device.facts = facts
        tell.changed()
      }),
    report: (report) =>
      ifCurrent(() => {
        device.reports.set(report.uid, report)
        tell.changed()
      }),
    reportDisks: (report) =>
      ifCurrent(() => {
        device.disks = report
        tell.changed()
      }),
    tell: (uid, happening) => ifCurrent(() => tell.happened(uid, happening)),
    close: () =>
      ifCurrent(() => {
        device.link = undefined
        device.assigned = undefined
        // What it is told from now on it does not hear.
        device.disks = undefined
        device.toldDisks = undefined
      }),
  }
}

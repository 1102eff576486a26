import { expect, test } from 'vitest'

import { happeningsOf } from './node-happenings.ts'

const live = { type: 'Ready', status: 'True', reason: 'DeviceLive', message: 'It is connected.' }
const dark = { type: 'Ready', status: 'Unknown', reason: 'DeviceDark', message: 'It is silent.' }
const heldBack = (reason: string, message: string) => ({
  type: 'HeldBackByOwner',
  status: 'True',
  reason,
  message,
})
const paused = heldBack('DevicePauses', 'It is paused.')
const drains = heldBack('DeviceDrains', 'Its hours end.')
const yields = heldBack('DeviceYields', 'Its owner is active.')
const off = { type: 'ClockOff', status: 'True', reason: 'DeviceClockOff', message: 'A day.' }
const full = { type: 'DiskPressure', status: 'True', reason: 'DeviceDiskFull', message: 'Full.' }

test.each([
  [
    'nothing has happened',
    [
      [live, paused],
      [live, paused],
    ],
    [],
  ],
  ['a device that is new is live', [undefined, [live]], ['Normal DeviceLive It is connected.']],
  ['one that is silent is dark', [[live], [dark]], ['Warning DeviceDark It is silent.']],
  ['its owner pauses it', [[live], [live, paused]], ['Normal DevicePauses It is paused.']],
  ['and drains it instead', [[paused], [drains]], ['Normal DeviceDrains Its hours end.']],
  ['and resumes it', [[live, paused], [live]], ['Normal DeviceResumed It is over: It is paused.']],
  ['an owner who is active is no news', [[live], [live, yields]], []],
  [
    'a pause that ends so is',
    [[paused], [yields]],
    ['Normal DeviceResumed It is over: It is paused.'],
  ],
  ['its clock is wrong', [[live], [live, off]], ['Warning DeviceClockOff A day.']],
  ['its disk is full', [[live], [live, full]], ['Warning DeviceDiskFull Full.']],
  ['its disk has room', [[full, live], [live]], ['Normal DeviceDiskFree It is over: Full.']],
] as const)('%s', (_, [before, after], told) => {
  const happenings = happeningsOf(before, after)
  expect(happenings.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual(
    told,
  )
})

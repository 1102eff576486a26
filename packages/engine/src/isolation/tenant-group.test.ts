import { expect, test } from 'vitest'

import { tenantGroupOf } from './tenant-group.ts'

test.each([
  ['cgroupfs', { parent: '/nexqloud/device_7', path: 'nexqloud/device_7' }],
  [
    'systemd',
    { parent: 'nexqloud-device_7.slice', path: 'nexqloud.slice/nexqloud-device_7.slice' },
  ],
  ['none', undefined],
  [undefined, undefined],
])('an engine whose driver is %s keeps its containers there', (driver, group) => {
  expect(tenantGroupOf('device-7', driver)).toEqual(group)
})

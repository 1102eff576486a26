import fc from 'fast-check'
import { expect, test } from 'vitest'

import { deviceOfName, nameOfDevice } from './device-name.ts'
import { parseDeviceId } from './ids.ts'

test('a name leads back to its device', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (number) => {
      expect(deviceOfName(nameOfDevice(parseDeviceId(number)))).toBe(number)
    }),
  )
})

test.each([
  'device-0',
  'device-01',
  'device-4294967296',
  'device-9999999999',
  'device-',
  'home',
  '',
])('the name %j is no device’s on the chain', (name) => {
  expect(deviceOfName(name)).toBeUndefined()
})

import { expect, test } from 'vitest'

import { isPublicRegistry } from './public-registry.ts'

test.each(['docker.io', 'ghcr.io', 'registry.gitlab.com:5050', '8.8.8.8', 'a.xn--p1ai', 'Quay.io'])(
  '%s is on the internet',
  (registry) => {
    expect(isPublicRegistry(registry)).toBe(true)
  },
)

test.each([
  '127.0.0.1:5000',
  '192.168.1.1',
  '10.0.0.1:80',
  '169.254.169.254',
  '0.0.0.0',
  'localhost:5000',
  'a.localhost',
  'router.lan',
  'nas.local',
  'metadata.google.internal',
  'fritz.box.home.arpa',
  'router:80',
  '2130706433:80',
  '0x7f.1',
  '127.1',
  '0177.0.0.1',
  '1.0x7f',
  '192.168.1.1.',
])('%s is not, or may not be', (registry) => {
  expect(isPublicRegistry(registry)).toBe(false)
})

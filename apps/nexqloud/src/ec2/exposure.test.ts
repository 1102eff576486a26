import { expect, test } from 'vitest'

import { toExposure } from './exposure.ts'

test('SSH is spoken for an instance, and all its other ports are its own', () => {
  const exposure = {
    publicAddress: '192.0.2.1',
    privateAddress: '10.0.0.1',
    publicName: 'ec2.example',
    ports: [22, 80],
    ingress: [],
  }
  expect(toExposure(exposure)).toEqual({
    address: '192.0.2.1',
    podAddress: '192.0.2.1',
    hostnames: ['ec2.example'],
    ports: [
      { port: 22, protocol: 'ssh' },
      { port: 80, protocol: 'tcp' },
    ],
    passages: [],
  })
})

import type { PeerCertificate } from 'node:tls'

import { expect, test } from 'vitest'

import { authenticate } from './authenticate.ts'

const subject = { CN: 'root', O: 'system:masters' }
const certificate = { subject, valid_to: 'Jan  2 00:00:00 2026 GMT' } as unknown as PeerCertificate
const socket = { authorized: true, getPeerCertificate: () => certificate }

test('a certificate says who asks until it ends, also on a connection that outlives it', async () => {
  const as = (time: string) =>
    authenticate({ authorization: undefined, socket, nowMs: Date.parse(time) }, () => undefined)
  expect(await as('2026-01-01T23:59:59Z')).toEqual({ name: 'root', groups: ['system:masters'] })
  expect(await as('2026-01-02T00:00:01Z')).toBeUndefined()
})

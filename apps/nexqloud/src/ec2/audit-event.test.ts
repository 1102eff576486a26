import { expect, test } from 'vitest'

import { auditEventOf } from './audit-event.ts'

const entry = {
  at: '2026-11-27T00:00:00.000Z',
  requestId: 'r-1',
  accountId: '123456789012',
  principal: 'arn:aws:iam::123456789012:user/ann',
  accessKeyId: 'AKIAEXAMPLE',
  service: 'ec2',
  action: 'RunInstances',
  region: 'us-east-1',
  sourceAddress: '192.0.2.1',
  code: 'Success',
  made: ['i-1'],
}

test('a change is in the history of its account: who, what, from where, and what came of it', () => {
  expect(auditEventOf(entry, 'acme')).toEqual({
    key: 'call/r-1',
    subject: 'account',
    namespace: 'acme',
    name: '123456789012',
    podUid: '',
    device: '',
    type: 'Normal',
    cause: 'RunInstances',
    actor: 'arn:aws:iam::123456789012:user/ann',
    message: 'ec2:RunInstances from 192.0.2.1: Success',
    evidence: JSON.stringify({
      requestId: 'r-1',
      accessKeyId: 'AKIAEXAMPLE',
      region: 'us-east-1',
      made: ['i-1'],
    }),
    at: new Date('2026-11-27T00:00:00.000Z'),
  })
})

test.each([
  ['DescribeInstances', 'Success', undefined],
  ['GetConsoleOutput', 'Success', undefined],
  ['ListUsers', 'Success', undefined],
  ['RunInstances', 'RequestLimitExceeded', undefined],
  ['DescribeInstances', 'UnauthorizedOperation', 'Warning'],
  ['RunInstances', 'UnauthorizedOperation', 'Warning'],
  ['SendSSHPublicKey', 'Success', 'Normal'],
])('%s, answered with %s, is kept as %s', (action, code, type) => {
  expect(auditEventOf({ ...entry, action, code }, 'acme')?.type).toBe(type)
})

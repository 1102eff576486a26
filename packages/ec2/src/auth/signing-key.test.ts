import { expect, test } from 'vitest'

import { signingKeyOf } from './signing-key.ts'

const scope = { day: '20150830', region: 'us-east-1', service: 'iam' }
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

// Source: AWS, "Examples of how to derive a signing key for Signature Version 4".
test('a key is the one that AWS gives as an example, each time', () => {
  const expected = 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9'
  expect(signingKeyOf(secret, scope).toString('hex')).toBe(expected)
  expect(signingKeyOf(secret, scope).toString('hex')).toBe(expected)
})

test.each([
  ['another secret', 'other', scope],
  ['another day', secret, { ...scope, day: '20150831' }],
  ['another region', secret, { ...scope, region: 'eu-west-1' }],
  ['another service', secret, { ...scope, service: 'ec2' }],
])('%s has another key', (_, own, other) => {
  expect(signingKeyOf(own, other)).not.toEqual(signingKeyOf(secret, scope))
})

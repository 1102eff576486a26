import { createHmac } from 'node:crypto'

import { expect, test, vi } from 'vitest'

import { createSignatureCheck, signingKeyOf } from './signing-key.ts'

const scope = { day: '20150830', region: 'us-east-1', service: 'iam' }
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

// Source: AWS, "Examples of how to derive a signing key for Signature Version 4".
test('a key is the one that AWS gives as an example', () => {
  const expected = 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9'
  expect(signingKeyOf(secret, scope).toString('hex')).toBe(expected)
})

test.each([
  ['another secret', 'other', scope],
  ['another day', secret, { ...scope, day: '20150831' }],
  ['another region', secret, { ...scope, region: 'eu-west-1' }],
  ['another service', secret, { ...scope, service: 'ec2' }],
])('%s has another key, also after one was kept', (_, own, other) => {
  const isSigned = createSignatureCheck()
  const signed = sign(scope)
  expect(isSigned(secret, signed)).toBe(true)
  expect(isSigned(own, { ...signed, ...other })).toBe(false)
})

test('whoever signs again has a key derived once', () => {
  const { isSigned, deriveKey } = setup()
  for (let time = 0; time < 3; time += 1) expect(isSigned(secret, sign(scope))).toBe(true)
  expect(deriveKey).toHaveBeenCalledTimes(1)
})

test('what was not signed takes no place of those who sign', () => {
  const { isSigned, deriveKey } = setup()
  isSigned(secret, sign(scope))
  for (let time = 0; time < 5000; time += 1) {
    const forged = { ...sign(scope), region: `moon-${time}` }
    expect(isSigned(secret, forged)).toBe(false)
  }
  deriveKey.mockClear()
  expect(isSigned(secret, sign(scope))).toBe(true)
  expect(deriveKey).not.toHaveBeenCalled()
})

test('so many keys are kept, and no more', () => {
  const { isSigned, deriveKey } = setup()
  for (let time = 0; time < 4097; time += 1) {
    expect(isSigned(secret, sign({ ...scope, region: `r-${time}` }))).toBe(true)
  }
  deriveKey.mockClear()
  isSigned(secret, sign({ ...scope, region: 'r-1' }))
  expect(deriveKey).not.toHaveBeenCalled()
  isSigned(secret, sign({ ...scope, region: 'r-0' }))
  expect(deriveKey).toHaveBeenCalledTimes(1)
})

function setup() {
  const deriveKey = vi.fn<typeof signingKeyOf>(signingKeyOf)
  return { isSigned: createSignatureCheck(deriveKey), deriveKey }
}

function sign(own: typeof scope) {
  const stringToSign = 'anything'
  const signature = createHmac('sha256', signingKeyOf(secret, own)).update(stringToSign).digest()
  return { ...own, stringToSign, signature }
}

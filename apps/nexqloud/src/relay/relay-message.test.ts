import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { OwnerCall } from '../device/owner-call.ts'
import {
  parseOwnerCall,
  parseRelayAnswer,
  writeOwnerCall,
  writeRelayAnswer,
  type RelayAnswer,
} from './relay-message.ts'

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value): `0x${string}` => `0x${Buffer.from(value).toString('hex')}`)
const whole = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
const uint32 = fc.nat({ max: 0xff_ff_ff_ff })
const device = fc.integer({ min: 1, max: 0xff_ff_ff_ff }).map(parseDeviceId)
const once = { nonce: whole, deadline: whole, signature: hex(65) }
const scores = fc.record({
  cpu: uint32,
  memoryScore: uint32,
  storageScore: uint32,
  gpu: uint32,
  isp: uint32,
})
const calls: fc.Arbitrary<OwnerCall> = fc.oneof(
  fc.record({
    kind: fc.constant('register' as const),
    owner: hex(20).map(parseAddress),
    key: whole,
    tlsKeyHash: hex(32),
    region: hex(32),
    ...once,
  }),
  fc.record({ kind: fc.constant('accept' as const), device, scores, ...once }),
  fc.record({ kind: fc.constant('retire' as const), device, ...once }),
)

test('a call that is brought is the one that was signed, and is far less than 4 KiB', () => {
  fc.assert(
    fc.property(calls, (call) => {
      const body = writeOwnerCall(call)
      expect(parseOwnerCall(body)).toEqual(call)
      expect(body.length).toBeLessThan(2048)
    }),
  )
})

test('an answer is read as it was given', () => {
  const answers: readonly RelayAnswer[] = [
    { state: 'included', hash: `0x${'a'.repeat(64)}` },
    { state: 'done' },
    { state: 'sent' },
    { state: 'refused', code: 'limit', message: 'Enough.', retryAfterSeconds: 7 },
  ]
  expect(answers.map((answer) => parseRelayAnswer(writeRelayAnswer(answer)))).toEqual(answers)
})

test('whatever else is brought is no call', () => {
  const [retire] = fc.sample(fc.record({ kind: fc.constant('retire'), device, ...once }), 1)
  const fields = { ...retire, nonce: '0', deadline: '1' }
  expect(parseOwnerCall(Buffer.from(JSON.stringify(fields)))).toBeDefined()
  for (const wrong of [
    { ...fields, kind: 'measure' },
    { ...fields, nonce: 0 },
    { ...fields, nonce: '00' },
    { ...fields, nonce: '-1' },
    { ...fields, nonce: (2n ** 256n).toString() },
    { ...fields, device: 0 },
    { ...fields, device: 2 ** 32 },
    { ...fields, signature: '0x' },
    { ...fields, more: true },
    [fields],
  ]) {
    expect(parseOwnerCall(Buffer.from(JSON.stringify(wrong)))).toBeUndefined()
  }
  expect(parseOwnerCall(Buffer.from('{'))).toBeUndefined()
})

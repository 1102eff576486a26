import { createPrivateKey, createPublicKey } from 'node:crypto'

import fc from 'fast-check'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { writeOpenSshKey } from './openssh-key.ts'

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

test('any key can be used as it was written, also one whose point begins with a zero', () => {
  let withZero = 0
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(seeds, (seed) => {
      const der = Buffer.concat([PKCS8, seed])
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
      const point = Buffer.from(x, 'base64url')
      if (point[0] === 0) withZero += 1
      const parsed = ssh2.utils.parseKey(writeOpenSshKey(privateKey))
      if (parsed instanceof Error) throw parsed
      expect(parsed.getPublicSSH().subarray(-32).equals(point)).toBe(true)
      expect(parsed.verify('text', parsed.sign('text'))).toBe(true)
    }),
    { numRuns: 2000, seed: 1 },
  )
  expect(withZero).toBeGreaterThan(0)
})

import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { createHostKeys } from './host-key.ts'

const publicOf = (secret: string, instance: string): string => {
  const parsed = ssh2.utils.parseKey(createHostKeys(Buffer.from(secret))(instance))
  if (parsed instanceof Error) throw parsed
  expect(parsed.isPrivateKey()).toBe(true)
  expect(parsed.verify('text', parsed.sign('text'))).toBe(true)
  return parsed.getPublicSSH().toString('base64')
}

test('a host key is that of its instance, whoever derives it from the secret', () => {
  expect(publicOf('a', 'lab/i-1')).toBe(publicOf('a', 'lab/i-1'))
  const others = [publicOf('a', 'lab/i-1'), publicOf('a', 'lab/i-2'), publicOf('b', 'lab/i-1')]
  expect(new Set(others).size).toBe(3)
})

test('it is a key of OpenSSH, and the same in years', () => {
  expect(publicOf('secret', 'lab/i-1')).toMatchInlineSnapshot(
    `"AAAAC3NzaC1lZDI1NTE5AAAAIMo/rELX/EsJO00XQk6aFjWvhqrDHGB2G7BjNivpdt7i"`,
  )
})

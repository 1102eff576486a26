import { createHash, createPrivateKey } from 'node:crypto'

import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { createKey } from './create-key.ts'
import { parsePublicKey } from './public-key.ts'

const parse = (text: string) => {
  const parsed = ssh2.utils.parseKey(text)
  if (parsed instanceof Error) throw parsed
  return parsed
}

test.each([
  ['rsa', 'pem', '-----BEGIN RSA PRIVATE KEY-----'],
  ['rsa', 'ppk', 'PuTTY-User-Key-File-2: ssh-rsa'],
  ['ed25519', 'pem', '-----BEGIN OPENSSH PRIVATE KEY-----'],
] as const)('the private key of %s as %s is the one of the line', async (type, format, head) => {
  const key = await createKey({ type, format, name: 'mine' })
  expect(key.material.startsWith(head)).toBe(true)
  const [privateKey, publicKey] = [parse(key.material), parse(key.line)]
  expect(privateKey.getPublicSSH()).toEqual(publicKey.getPublicSSH())
  expect(publicKey.verify('text', privateKey.sign('text'))).toBe(true)
  expect(key.line.endsWith(' mine')).toBe(true)
})

test('an RSA key that is made here is told by its private part', async () => {
  const { material, fingerprint } = await createKey({ type: 'rsa', format: 'pem', name: 'mine' })
  const document = createPrivateKey(material).export({ type: 'pkcs8', format: 'der' })
  const digest = createHash('sha1').update(document).digest('hex')
  expect(fingerprint.replaceAll(':', '')).toBe(digest)
  expect(fingerprint).toMatch(/^(..:){19}..$/)
})

test('an Ed25519 key is told alike, whether it was made here or imported', async () => {
  const { line, fingerprint } = await createKey({ type: 'ed25519', format: 'ppk', name: 'mine' })
  expect(parsePublicKey(Buffer.from(line), 'other')).toEqual({ type: 'ed25519', line, fingerprint })
})

test('PuTTY’s file of an Ed25519 key holds its seed, and a seal over all of it', async () => {
  const { material, line } = await createKey({ type: 'ed25519', format: 'ppk', name: 'mine' })
  const [head, , comment, lines, ...rest] = material.split('\r\n')
  expect([head, comment, lines]).toEqual([
    'PuTTY-User-Key-File-2: ssh-ed25519',
    'Comment: mine',
    'Public-Lines: 2',
  ])
  expect(line).toContain(rest.slice(0, 2).join(''))
  expect(Buffer.from(rest[3] ?? '', 'base64').readUInt32BE(0)).toBe(32)
  expect(rest[4]).toMatch(/^Private-MAC: [0-9a-f]{40}$/)
})

import { generateKeyPairSync } from 'node:crypto'

import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { parsePublicKey } from './public-key.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = publicKey.export({ type: 'spki', format: 'pem' })
const parsed = ssh2.utils.parseKey(privateKey.export({ type: 'pkcs1', format: 'pem' }))
if (parsed instanceof Error) throw parsed
const encoded = parsed.getPublicSSH().toString('base64')
const lines = (encoded.match(/.{1,70}/g) ?? []).join('\n')

const rfc4716 = (headers: string): string =>
  `---- BEGIN SSH2 PUBLIC KEY ----\n${headers}${lines}\n---- END SSH2 PUBLIC KEY ----\n`

test.each([
  ['OpenSSH’s line', `ssh-rsa ${encoded} me@home\n`, 'me@home'],
  ['a line without a comment', `ssh-rsa ${encoded}`, 'name'],
  ['a file of SSH2', rfc4716('Comment: "me at home"\nx-other: 1\n'), 'me at home'],
  ['a header of two lines', rfc4716('cOmment: me at \\\nhome\n'), 'me at home'],
  ['a document', pem, 'name'],
  ['a document without its frame', pem.replaceAll(/-----.*-----|\n/g, ''), 'name'],
])('%s is read as the same key', (_, text, comment) => {
  const key = parsePublicKey(Buffer.from(text), 'name')
  expect(key.line).toBe(`ssh-rsa ${encoded} ${comment}`)
  expect(key.type).toBe('rsa')
})

// As `ssh-keygen -ef FILE -m PKCS8 | openssl rsa -pubin -outform DER | openssl md5 -c` and `ssh-keygen -lf FILE` tell them.
test.each([
  [
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDVzGteVgD9fDsaNCxV5IONaxHpwUEVAiUqHlmpPKdLPBHvthhNLAPqAcgFxMT6N0A/203EvQDHPETOLPStltwbSobshZpjxwHsqmJscM/glBE71dIg/q4hnt3fowv89ZQRVsg8yi/YYeVVwgx9cD3+eviQ1ykirpTWumQ2c/yorQ== me',
    '18:e3:2e:ed:04:3b:9a:7b:a0:32:a0:5c:7e:a1:9b:30',
  ],
  [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAjk7XoXlQ3nQFHSP62vA2n/6zuy1EF79dEBULP5/7U1 me',
    'eC9JjkVlGBwB1pkWUDRynJ1R4a3ioCi0/mj3R45TLLk=',
  ],
])('the fingerprint of %s is %s', (line, fingerprint) => {
  expect(parsePublicKey(Buffer.from(line), 'name').fingerprint).toBe(fingerprint)
})

const short = generateKeyPairSync('rsa', { modulusLength: 768 }).publicKey
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey

test.each([
  ['nothing', ''],
  ['any text', 'garbage'],
  ['a file that is cut off', '---- BEGIN SSH2 PUBLIC KEY ----\nsth'],
  ['half a key', `ssh-rsa ${encoded.slice(0, 100)}`],
  ['a key with something after it', `ssh-rsa ${encoded.replace(/=*$/, '')}AAAA`],
  ['two keys', `ssh-rsa ${encoded} a\nssh-rsa ${encoded} b`],
  ['a key that is too short', short.export({ type: 'spki', format: 'pem' })],
  [
    'an X25519 key',
    generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }),
  ],
  ['a DSA key', dsa.export({ type: 'spki', format: 'pem' })],
  ['a long comment', `ssh-rsa ${encoded} ${'a'.repeat(4096)}`],
])('%s is no key', (_, text) => {
  expect(() => parsePublicKey(Buffer.from(text), 'name')).toThrow(
    expect.objectContaining({ awsCode: 'InvalidKey.Format' }),
  )
})

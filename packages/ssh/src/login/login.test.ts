import { generateKeyPairSync } from 'node:crypto'

import ssh2, { type AuthContext } from 'ssh2'
import { expect, test } from 'vitest'

import { createUserKey, type UserKey } from '../../test/scene.ts'
import { wireString } from '../wire.ts'
import { createLogin } from './login.ts'

const rsa = createUserKey('rsa')
const ed25519 = createUserKey()
const ecdsa: UserKey = {
  private: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'sec1',
    format: 'pem',
  }),
  line: '',
}

const nowhere = Buffer.concat([
  ...['ecdsa-sha2-nistp256', 'nistp256'].map(wireString),
  wireString(Buffer.alloc(65, 4)),
])
const numbers = Buffer.concat([1, 2].map((byte) => wireString(Buffer.alloc(32, byte))))

test('a key that is only named is asked for its signature, and has not entered', async () => {
  const { answer, attempts } = await tryKey(ed25519, { signature: undefined })
  expect([answer, attempts]).toEqual(['accepted', []])
})

test.each([
  ['a signature of something else', ed25519, { blob: Buffer.from('other') }],
  ['one by another key', ed25519, { key: keyOf(createUserKey()) }],
  ['one that is none', ed25519, { signature: Buffer.from('x') }],
  ['one with SHA-1', rsa, { hashAlgo: undefined, signature: 'SHA-1' }],
  [
    'one by a point that is on no curve',
    ecdsa,
    { key: { algo: 'ecdsa-sha2-nistp256', data: nowhere }, signature: numbers },
  ],
  ['one that is no number of a curve', ecdsa, { signature: Buffer.from('x') }],
  ['one with a hash of nobody’s', rsa, { hashAlgo: 'md5' }],
  [
    'one whose key calls itself otherwise',
    ed25519,
    { key: { ...keyOf(ed25519), algo: 'ssh-rsa' } },
  ],
  [
    'one of a key that is too long',
    ed25519,
    { key: { ...keyOf(ed25519), data: Buffer.alloc(5000) } },
  ],
])('%s does not enter', async (_, key, change) => {
  expect(await tryKey(key, change)).toMatchObject({ answer: 'refused' })
})

test.each([
  ['Ed25519', ed25519],
  ['RSA', rsa],
  ['ECDSA', ecdsa],
])('a right signature by a key of %s enters', async (_, key) => {
  const { answer, attempts } = await tryKey(key, {})
  expect([answer, attempts]).toEqual(['accepted', ['key pair mine']])
})

function parsed(text: string): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}

function keyOf({ private: pem }: UserKey) {
  const key = parsed(pem)
  return { algo: key.type, data: key.getPublicSSH() }
}

/** Tries to log in with a key as ssh2 tells it, with something changed. */
async function tryKey(
  key: UserKey,
  change: Readonly<Record<string, unknown>> & { readonly signature?: unknown },
) {
  const hashAlgo = key === rsa ? 'sha512' : undefined
  const blob = Buffer.from('what is signed')
  const attempts: (string | undefined)[] = []
  let answer: 'accepted' | 'refused' | undefined
  const login = createLogin({
    attempts: 6,
    // By its name alone: signatures are what is tested.
    findEntry: () => ({ by: 'key pair mine' }),
    onAttempt: ({ by }) => attempts.push(by),
    onTooMany: () => {},
  })
  await login({
    method: 'publickey',
    username: 'root',
    key: keyOf(key),
    blob,
    hashAlgo,
    signature: parsed(key.private).sign(blob, hashAlgo),
    accept: () => (answer = 'accepted'),
    reject: () => (answer = 'refused'),
    ...change,
    ...(change.signature === 'SHA-1' && { signature: parsed(key.private).sign(blob, 'sha1') }),
  } as unknown as AuthContext)
  return { answer, attempts }
}

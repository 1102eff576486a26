import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatImageReference, parseImageReference } from './reference.ts'

const digest = `sha256:${'ab'.repeat(32)}`

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['acme/web', 'docker.io/acme/web:latest'],
  ['localhost/web:2', 'localhost/web:2'],
  ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000/a/b/c:latest'],
  [`ghcr.io/acme/web:1@${digest}`, `ghcr.io/acme/web@${digest}`],
])('reads %s as %s', (text, full) => {
  expect(formatImageReference(parseImageReference(text))).toBe(full)
})

test.each([
  '',
  'Nginx',
  'nginx:',
  'nginx:a b',
  'a@sha256:12',
  `a@${digest}@${digest}`,
  'a//b',
  '-a',
  'https://a.com/b',
  'a.com/',
  `a/${'b'.repeat(512)}`,
  'a\nb',
])('refuses %j', (text) => {
  expect(() => parseImageReference(text)).toThrow(
    expect.objectContaining({ reason: 'InvalidImageName' }),
  )
})

test('says what it could not read, and how to write it', () => {
  const error = failureOf(() => parseImageReference('Nginx'))
  expect(`${error.message} ${error.hint}`).toMatchInlineSnapshot(
    `"Image Nginx: "Nginx" is not the name of an image. Write it as [registry/]repository[:tag][@sha256:digest]."`,
  )
})

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/)
const reference = fc.record(
  {
    registry: fc.constantFrom('docker.io', 'ghcr.io', 'localhost:5000', '127.0.0.1:80'),
    repository: fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join('/')),
    tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/),
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
  },
  { requiredKeys: ['registry', 'repository'] },
)

test('reads what it wrote', () => {
  fc.assert(
    fc.property(reference, (parts) => {
      const text = formatImageReference(parts)
      expect(formatImageReference(parseImageReference(text))).toBe(text)
    }),
  )
})

function failureOf(action: () => unknown): { message: string; hint?: string } {
  try {
    action()
  } catch (error) {
    return error as { message: string; hint?: string }
  }
  throw new Error('Nothing was thrown.')
}

import { expect, test } from 'vitest'

import { InvalidWebhookError } from './errors.ts'
import { parseWebhook } from './parse-webhook.ts'

test('a webhook is reached over TLS, at the usual port, by nobody’s password', () => {
  expect(parseWebhook('https://example.com/hook?team=a').href).toBe(
    'https://example.com/hook?team=a',
  )
  for (const text of [
    'http://example.com/',
    'https://example.com:8443/',
    'https://user@example.com/',
    'https://user:word@example.com/',
    'ftp://example.com/',
    'example.com',
    '',
  ]) {
    expect(() => parseWebhook(text)).toThrow(InvalidWebhookError)
  }
})

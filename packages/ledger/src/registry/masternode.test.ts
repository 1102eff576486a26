import { expect, test } from 'vitest'

import { parseEndpoint } from './masternode.ts'

test.each([
  ['masternode.example:4433', { host: 'masternode.example', port: 4433 }],
  ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
  ['[2001:db8::1]:65535', { host: '2001:db8::1', port: 65_535 }],
])('%s is dialled as it says', (endpoint, expected) => {
  expect(parseEndpoint(endpoint)).toEqual(expected)
})

test.each([
  'masternode.example',
  ':4433',
  'a:0',
  'a:65536',
  '2001:db8::1:443',
  'https://a:1',
  'a b:1',
  '',
])('"%s" leads nowhere', (endpoint) => {
  expect(parseEndpoint(endpoint)).toBeUndefined()
})

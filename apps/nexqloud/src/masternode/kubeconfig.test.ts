import { expect, test } from 'vitest'

import { AuthorityMissingError } from './errors.ts'
import { authorityOf } from './kubeconfig.ts'

const file = 'the-kubeconfig'
const kubeconfigOf = (cluster: object) =>
  JSON.stringify({
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
    users: [{ name: 'a', user: {} }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  })

test('the authority of a cluster is read, and one that is missing is said to be', async () => {
  const pem = 'a certificate'
  const known = { 'certificate-authority-data': Buffer.from(pem).toString('base64') }
  expect(await authorityOf(kubeconfigOf(known), file)).toBe(pem)
  await expect(authorityOf(kubeconfigOf({}), file)).rejects.toThrow(AuthorityMissingError)
})

test('a file that holds no kubeconfig is refused as one', async () => {
  await expect(authorityOf('x: [', file)).rejects.toThrow('The kubeconfig does not name a server')
})

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { makeApiCredentials, writeKubeconfig } from './api-credentials.ts'

test('key and token are made once, are for the owner alone, and open the API', async () => {
  using folder = openScratchFolder()
  const first = await makeApiCredentials(folder.path, ['127.0.0.1'])
  const again = await makeApiCredentials(folder.path, ['127.0.0.1'])
  expect([again.token, again.identity.keyHash]).toEqual([first.token, first.identity.keyHash])
  expect(first.readToken(first.token)).toMatchObject({ name: 'administrator' })
  expect(first.readToken(`${first.token}x`)).toBeUndefined()
  expect(first.readToken('')).toBeUndefined()
  for (const name of ['kubernetes-token', 'kubernetes-tls.pem']) {
    expect(statSync(join(folder.path, 'keys', name)).mode & 0o777).toBe(0o600)
  }
})

test('the kubeconfig holds the certificate that the API shows, and is for the owner alone', async () => {
  using folder = openScratchFolder()
  const credentials = await makeApiCredentials(folder.path, ['127.0.0.1'])
  const server = 'https://127.0.0.1:6443'
  const file = await writeKubeconfig(folder.path, { server, ...credentials })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const { clusters, users } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[]
    readonly users: readonly { readonly user: Readonly<Record<string, string>> }[]
  }
  const authority = clusters[0]?.cluster['certificate-authority-data'] ?? ''
  expect(clusters[0]?.cluster['server']).toBe(server)
  expect(Buffer.from(authority, 'base64').toString()).toBe(credentials.identity.certificatePem)
  expect(users[0]?.user['token']).toBe(credentials.token)
})

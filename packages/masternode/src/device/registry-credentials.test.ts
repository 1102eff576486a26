import { StatusError, type KubeClient } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { createCredentialReader } from './registry-credentials.ts'

const config = {
  auths: { 'https://index.docker.io/v1/': { auth: Buffer.from('u:p:q').toString('base64') } },
}

test('credentials are found by registry, as Docker writes them', async () => {
  const { read, failures } = setup({ good: JSON.stringify(config) })
  expect(await read(['good'])).toEqual({ 'docker.io': { username: 'u', password: 'p:q' } })
  expect(await read([])).toBeUndefined()
  expect(failures).toEqual([])
})

test('a secret that is not there is named, it and one that is none are passed over; one that cannot be read is told, and keeps nothing away', async () => {
  const { read, failures, missing } = setup({ good: JSON.stringify(config), odd: '{"auths":5}' })
  const found = { 'docker.io': { username: 'u', password: 'p:q' } }
  expect(await read(['absent', 'odd', 'good'])).toEqual(found)
  expect([failures, missing]).toEqual([[], ['absent']])
  expect(await read(['forbidden', 'good'])).toEqual(found)
  expect(failures).toMatchObject([{ reason: 'Forbidden' }])
})

function setup(secrets: Readonly<Record<string, string>>) {
  const failures: unknown[] = []
  const missing: string[] = []
  const get = async (_: unknown, { name = '' }: { readonly name?: string }): Promise<never> => {
    const text = secrets[name]
    if (text !== undefined) {
      return { data: { '.dockerconfigjson': Buffer.from(text).toString('base64') } } as never
    }
    const [code, reason] = name === 'forbidden' ? [403, 'Forbidden'] : [404, 'NotFound']
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
    throw new StatusError({ ...status, code, reason, message: name })
  }
  const client: Pick<KubeClient, 'get'> = { get }
  const reader = createCredentialReader(client, (failure) => failures.push(failure))
  const read = (names: readonly string[]) =>
    reader(
      { spec: { containers: [], imagePullSecrets: names.map((name) => ({ name })) } },
      (secret) => missing.push(secret),
    )
  return { read, failures, missing }
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'

import { ADMINISTRATORS, type User } from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'

import { networkKeysOf } from '../keystore/keyring.ts'
import { makePrivateFolder, replaceFile, writeOnce } from '../whole-file.ts'

/** What the embedded Kubernetes API shows and asks of its clients. */
export type ApiCredentials = {
  readonly identity: TlsIdentity
  /** Opens everything. */
  readonly token: string
  readonly readToken: (token: string) => User | undefined
}

/** Returns the key, certificate and token of a data folder's Kubernetes API; the first call makes them. */
export async function makeApiCredentials(
  dataFolder: string,
  names: readonly string[],
): Promise<ApiCredentials> {
  const { folder } = networkKeysOf(dataFolder)
  await makePrivateFolder(dataFolder)
  await makePrivateFolder(folder)
  const keyPem = await writeOnce({
    file: join(folder, 'kubernetes-tls.pem'),
    text: createTlsKey(),
  })
  const made = `${randomBytes(32).toString('base64url')}\n`
  const kept = await writeOnce({ file: join(folder, 'kubernetes-token'), text: made })
  const token = kept.trim()
  const administrator: User = { name: 'administrator', groups: [ADMINISTRATORS] }
  return {
    identity: await createTlsIdentity(keyPem, names),
    token,
    readToken: (given) => (isSame(given, token) ? administrator : undefined),
  }
}

/** How long a comparison takes tells nothing of what is compared. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

/** Writes the kubeconfig of a data folder, and returns its name. The API's certificate is its own authority. */
export async function writeKubeconfig(
  dataFolder: string,
  { server, identity, token }: Pick<ApiCredentials, 'identity' | 'token'> & { server: string },
): Promise<string> {
  const file = join(dataFolder, 'kubeconfig')
  const authority = Buffer.from(identity.certificatePem).toString('base64')
  const name = 'nexqloud'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  }
  // YAML reads JSON.
  await replaceFile({ file, text: `${JSON.stringify(config, null, 2)}\n` })
  return file
}

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of a cluster's keys and certificates in a folder, in PEM. */
export type Certificates = {
  readonly folder: string
  /** Path of a file, e.g. `server.crt`, `ca.key`. */
  readonly file: (name: string) => string
  readonly read: (name: string) => string
  /** Makes a certificate of this subject, e.g. `/O=group/CN=user`, signed by the authority. */
  readonly sign: (name: string, subject: string, extensions: string) => void
}

/** Makes an authority, and a server certificate for loopback, with the system's openssl. */
export function makeCertificates(folder: string): Certificates {
  const file = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const makeKey = (name: string): void => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
  }
  const authority = [
    '-subj',
    '/CN=test-ca',
    '-days',
    '2',
    '-addext',
    'keyUsage=critical,keyCertSign',
  ]
  makeKey('ca')
  openssl('req', '-x509', '-new', '-key', 'ca.key', ...authority, '-out', 'ca.crt')

  function sign(name: string, subject: string, extensions: string): void {
    makeKey(name)
    writeFileSync(file(`${name}.ext`), extensions)
    openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
    )
  }

  sign(
    'server',
    '/CN=server',
    'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth',
  )
  return { folder, file, read: (name) => readFileSync(file(name), 'utf8'), sign }
}

/** Returns a kubeconfig for a server on loopback, and a user of a token. */
export function kubeconfigOf(port: number, ca: string, token: string): string {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(ca).toString('base64'),
  }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openHttpServer } from '../src/http/http-server.ts'
import type { HttpLimits } from '../src/http/limits.ts'
import { openApiServer, type ApiServerOptions } from '../src/server/api-server.ts'
import { ADMINISTRATORS, type User } from '../src/server/user.ts'
import { openLevelDisk } from '../src/store/level-disk.ts'
import { openObjectStore } from '../src/store/object-store.ts'
import { kubeconfigOf, makeCertificates } from './kubernetes/certificates.ts'

const users: Readonly<Record<string, User>> = {
  'admin-token': { name: 'admin', groups: [ADMINISTRATORS] },
  'alice-token': { name: 'alice', groups: [], namespaces: ['alice'] },
}

/** Serves the embedded API on a port of loopback, from a disk, in a folder that goes with it. */
export async function serveEmbedded(
  options: Partial<ApiServerOptions> = {},
  limits: Partial<HttpLimits> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-kube-system-'))
  const certificates = makeCertificates(folder)
  const failures: unknown[] = []
  const onInternalError = (failure: unknown): void => {
    failures.push(failure)
  }
  const store = await openObjectStore(await openLevelDisk(join(folder, 'store')))
  const server = await openApiServer({ onInternalError, ...options, store })
  const ca = certificates.read('ca.crt')
  const http = await openHttpServer({
    server,
    onInternalError,
    tls: { key: certificates.read('server.key'), cert: certificates.read('server.crt'), ca },
    readToken: (token) => users[token],
    limits,
    host: '127.0.0.1',
    port: 0,
  })
  return {
    server,
    folder,
    certificates,
    port: http.port,
    failures,
    kubeconfig: (token = 'admin-token') => kubeconfigOf(http.port, ca, token),
    close: async () => {
      await http.close()
      server.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

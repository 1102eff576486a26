import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { kinds } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import { openKubeletServer } from '../src/http/kubelet-server.ts'
import { createFakeStreams } from '../test/fake-streams.ts'
import { buildProgram } from './kubernetes/build-programs.ts'
import { startKubernetes, type RealKubernetes } from './kubernetes/kubernetes-process.ts'

const kubectl = buildProgram('kubectl') ?? ''
const open = startKubernetes({
  etcd: buildProgram('etcd'),
  apiserver: buildProgram('kube-apiserver'),
})

test('kube-apiserver is there to ask for streams', (context) => {
  if (open === undefined) context.skip('Go is missing, which builds kube-apiserver')
  expect(open).toBeDefined()
})

describe.runIf(open !== undefined)('a real kube-apiserver 1.36.3 with our kubelet endpoint', () => {
  let kubernetes: RealKubernetes
  let kubelet: Awaited<ReturnType<typeof openKubeletServer>>

  beforeAll(async () => {
    if (open === undefined) return
    kubernetes = await open()
    const { read, file } = kubernetes.certificates
    writeFileSync(file('kubeconfig'), kubernetes.kubeconfig)
    kubelet = await openKubeletServer({
      streams: createFakeStreams(),
      findPod: (_, pod) => (pod === 'web' ? { node: 'node-a', uid: 'u' } : undefined),
      tls: { key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt') },
      isApiServer: ({ name }) => name === 'apiserver',
      host: '127.0.0.1',
      port: 0,
    })
    await makePod(kubernetes, kubelet.port)
  })
  afterAll(async () => {
    await kubelet.close()
    await kubernetes.close()
  })

  const type = (...args: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const options = { env: environment(kubernetes), timeout: 20_000 }
      execFile(kubectl, args, options, (_, stdout, stderr) => resolve(`${stdout}${stderr}`))
    })

  test('kubectl reads logs, and runs commands, through both', async () => {
    expect(await type('logs', 'web', '--tail=1')).toBe('web/c on node-a: 2\n')
    expect(await type('logs', '-f', 'web', '--tail=1')).toBe('web/c on node-a: 2\nthe end\n')
    expect(await type('exec', 'web', '--', 'echo', 'hi')).toBe('hi\n')
    expect(await type('exec', 'web', '--', 'false')).toMatch(/^oops\n.*exit code 3$/m)
  })

  test('a node, whose certificate is of the same authority, is not heard', async () => {
    const { certificates } = kubernetes
    certificates.sign(
      'node',
      '/O=system:nodes/CN=system:node:node-a',
      'extendedKeyUsage=clientAuth',
    )
    expect(await statusAs(kubernetes, 'node', kubelet.port)).toBe(403)
    expect(await statusAs(kubernetes, 'apiserver', kubelet.port)).toBe(200)
  })

  test('kubectl forwards a port through both', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const { port } = echo.address() as AddressInfo
    const args = ['port-forward', 'pod/web', `:${port}`]
    const forward = spawn(kubectl, args, { env: environment(kubernetes) })
    try {
      const signal = AbortSignal.timeout(10_000)
      const [line] = (await once(forward.stdout, 'data', { signal })) as [Buffer]
      const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]), '127.0.0.1')
      socket.write('ping')
      expect(String((await once(socket, 'data', { signal }))[0])).toBe('ping')
      socket.destroy()
    } finally {
      forward.kill()
      echo.close()
    }
  })
})

function statusAs({ certificates }: RealKubernetes, name: string, port: number) {
  const identity = { key: certificates.read(`${name}.key`), cert: certificates.read(`${name}.crt`) }
  const where = { host: '127.0.0.1', port, path: '/containerLogs/default/web/c', agent: false }
  return new Promise<number | undefined>((resolve, reject) => {
    const options = { ...where, ...identity, ca: certificates.read('ca.crt') }
    get(options, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

function environment({ certificates }: RealKubernetes): NodeJS.ProcessEnv {
  const { folder, file } = certificates
  return { PATH: process.env['PATH'], HOME: join(folder), KUBECONFIG: file('kubeconfig') }
}

/** Makes a node whose streams are at a port, and a pod that runs there. */
async function makePod({ transport }: RealKubernetes, port: number): Promise<void> {
  const client = createKubeClient(transport)
  await client.create(kinds.nodes, {}, { metadata: { name: 'node-a' } })
  const node = {
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      declaredFeatures: ['ExtendWebSocketsToKubelet'],
    },
  }
  const at = { name: 'node-a', subresource: 'status' }
  await client.patch(kinds.nodes, at, { type: 'merge', body: node })
  const web = { namespace: 'default', name: 'web' }
  const spec = {
    nodeName: 'node-a',
    automountServiceAccountToken: false,
    containers: [{ name: 'c', image: 'x' }],
  }
  await client.create(kinds.pods, web, { metadata: { name: 'web' }, spec })
  const running = { type: 'merge', body: { status: { phase: 'Running' } } } as const
  await client.patch(kinds.pods, { ...web, subresource: 'status' }, running)
}

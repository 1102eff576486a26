import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

import { instances } from '@nexqloud/control'
import { kinds, type KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished, test, vi } from 'vitest'

import { buildProgram } from '../../kube/system/kubernetes/build-programs.ts'
import {
  startKubernetes,
  type RealKubernetes,
} from '../../kube/system/kubernetes/kubernetes-process.ts'
import { createKubeconfigApi } from '../src/api/kubeconfig-api.ts'
import { addresses } from '../src/route/address.ts'
import { createInstance, podIsReady, soon, web } from '../test/instance.ts'
import { openNetwork, type Network } from '../test/network.ts'
import { ask, startOrigin } from '../test/origin.ts'

const kubectl = buildProgram('kubectl')
const start = startKubernetes({
  etcd: buildProgram('etcd'),
  apiserver: buildProgram('kube-apiserver'),
})

/** A device is lost after 30 seconds of silence. */
const late = { timeout: 60_000, interval: 200 }

test('on kube-apiserver 1.36.3 kubectl reaches into a device’s container, and what it deletes ends there', async (context) => {
  if (start === undefined || kubectl === undefined) {
    context.skip('Go is missing, which builds kube-apiserver')
    return
  }
  const { network, type, follow } = await setup(await start(), kubectl)
  const device = await network.join('device-1')
  const port = await startOrigin()
  await createInstance(network.client, { ports: [{ containerPort: port }] })
  await podIsReady(network.client)
  expect(await type(['get', 'pods', '-o', 'wide'])).toMatch(
    /^web +1\/1 +Running +0 +\S+ +127\.67\.\S+ +device-1 /m,
  )
  expect(await type(['exec', '-i', 'web', '--', 'cat'], 'through both')).toBe('through both')
  expect(await type(['exec', 'web', '--', 'fail'])).toMatch(/^oops.*exit code 3$/m)
  const log = follow(['logs', '-f', 'web'])
  await vi.waitFor(() => expect(log.said()).toBe('one\ntwo\n'), soon)
  const forward = follow(['port-forward', 'pod/web', `:${port}`])
  await vi.waitFor(() => expect(forward.said()).toContain('Forwarding'), soon)
  const [, local] = /127\.0\.0\.1:(\d+)/.exec(forward.said()) ?? []
  expect(await ask(`http://127.0.0.1:${local}/`)).toBe('origin')
  expect(log.hasEnded()).toBe(false)
  await network.client.delete(instances, web)
  await vi.waitFor(async () => expect(await device.running()).toEqual([]), soon)
  await vi.waitFor(() => expect(log.hasEnded()).toBe(true), soon)
  await vi.waitFor(
    async () => expect((await network.client.list(addresses)).items).toEqual([]),
    soon,
  )
  expect((await network.client.list(kinds.pods)).items).toEqual([])
})

test('an instance whose device falls silent there answers from another one, at the same address', async (context) => {
  if (start === undefined || kubectl === undefined) {
    context.skip('Go is missing, which builds kube-apiserver')
    return
  }
  const { network } = await setup(await start(), kubectl)
  const devices = [await network.join('device-1'), await network.join('device-2')]
  const port = await startOrigin()
  await createInstance(network.client, { ports: [{ containerPort: port }] })
  const before = await podIsReady(network.client)
  const silent = devices.find(({ name }) => name === before.spec?.nodeName)
  const name = silent?.name ?? ''
  await silent?.stop()
  await vi.waitFor(async () => expect(await stateOf(network.client, name)).toBe('DeviceDark'), late)
  await vi.waitFor(async () => expect(await stateOf(network.client, name)).toBe('DeviceLost'), late)
  const after = await podIsReady(network.client, name)
  const address = before.status?.podIP ?? ''
  expect(after.status?.podIP).toBe(address)
  expect(await ask(`http://${address}:${port}/`)).toBe('origin')
})

/** Opens a masternode that works on a Kubernetes; both end with the test, the masternode first. */
async function setup(kubernetes: RealKubernetes, program: string) {
  onTestFinished(kubernetes.close)
  const { read, file, folder } = kubernetes.certificates
  writeFileSync(file('kubeconfig'), kubernetes.kubeconfig)
  const network: Network = await openNetwork(
    createKubeconfigApi({
      kubeconfig: kubernetes.kubeconfig,
      kubelet: {
        host: '127.0.0.1',
        port: 0,
        address: '127.0.0.1',
        tls: { key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt') },
        isApiServer: ({ name }) => name === 'apiserver',
      },
    }),
  )
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: file('kubeconfig') }
  const type = (args: readonly string[], input = ''): Promise<string> =>
    new Promise((resolve) => {
      const options = { env, timeout: 20_000 }
      const child = execFile(program, args, options, (_, stdout, stderr) =>
        resolve(`${stdout}${stderr}`),
      )
      child.stdin?.end(input)
    })
  return { network, type, follow: (args: readonly string[]) => followKubectl(program, args, env) }
}

/** Starts a kubectl that goes on until the test is over, or what it follows. */
function followKubectl(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { env })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    said += more
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { said: () => said, hasEnded: () => child.exitCode !== null }
}

async function stateOf(client: KubeClient, name: string): Promise<string | undefined> {
  const { status } = await client.get(kinds.nodes, { name })
  return status?.conditions?.find(({ type }) => type === 'Ready')?.reason
}

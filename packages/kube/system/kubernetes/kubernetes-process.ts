import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openKubeconfigTransport } from '../../src/client/kubeconfig-transport.ts'
import type { Engine } from '../../test/conformance/bench.ts'
import { kubeconfigOf, makeCertificates, type Certificates } from './certificates.ts'

type Ports = { readonly api: number; readonly etcd: number; readonly peer: number }

/** Who may do everything there. */
const TOKEN = 'admin-token'

/** etcd and kube-apiserver, running. */
export type RealKubernetes = Engine & {
  readonly certificates: Certificates
  readonly kubeconfig: string
  /** etcd's process, and kube-apiserver's. */
  readonly pids: readonly number[]
}

type Programs = { readonly etcd: string; readonly apiserver: string }

/** Returns how to start kube-apiserver; nothing where it could not be built. */
export function startKubernetes({
  etcd,
  apiserver,
}: {
  readonly [Name in keyof Programs]: string | undefined
}): (() => Promise<RealKubernetes>) | undefined {
  if (etcd === undefined || apiserver === undefined) return undefined
  return () => start({ etcd, apiserver })
}

/** Starts etcd and kube-apiserver, alone and on loopback, in a folder that goes with them. */
async function start(programs: Programs): Promise<RealKubernetes> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-kubernetes-'))
  const certificates = makeCertificates(folder)
  certificates.sign('service-account', '/CN=service-account', 'keyUsage=digitalSignature')
  certificates.sign('apiserver', '/CN=apiserver', 'extendedKeyUsage=clientAuth')
  writeFileSync(join(folder, 'tokens.csv'), `${TOKEN},admin,1,"system:masters"\n`)
  const log = openSync(join(folder, 'log'), 'a')
  const run = (program: string, args: readonly string[]): ChildProcess =>
    spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] })
  const ports = {
    api: await findFreePort(),
    etcd: await findFreePort(),
    peer: await findFreePort(),
  }
  const etcd = run(programs.etcd, etcdFlags(ports))
  const apiserver = run(programs.apiserver, apiserverFlags(certificates, ports))
  const ca = certificates.read('ca.crt')
  const stop = async (): Promise<void> => {
    await Promise.all([end(apiserver), end(etcd)])
    rmSync(folder, { recursive: true })
  }
  try {
    await waitUntilReady([etcd, apiserver], { ca, port: ports.api, logFile: join(folder, 'log') })
  } catch (failure) {
    await stop()
    throw failure
  }
  const kubeconfig = kubeconfigOf(ports.api, ca, TOKEN)
  const transport = await openKubeconfigTransport(kubeconfig)
  return {
    certificates,
    kubeconfig,
    pids: [etcd.pid ?? 0, apiserver.pid ?? 0],
    transport,
    close: async () => {
      await transport.close()
      await stop()
    },
  }
}

/** Returns a port below the range that outgoing connections take theirs from, at which nobody listens. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}

function etcdFlags(ports: Ports): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.peer}`]
  return [
    '--data-dir=etcd',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]
}

function apiserverFlags({ file }: Certificates, ports: Ports): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    `--tls-cert-file=${file('server.crt')}`,
    `--tls-private-key-file=${file('server.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    `--service-account-key-file=${file('service-account.key')}`,
    `--service-account-signing-key-file=${file('service-account.key')}`,
    '--service-account-issuer=https://kubernetes.example',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--kubelet-client-certificate=${file('apiserver.crt')}`,
    `--kubelet-client-key=${file('apiserver.key')}`,
    `--kubelet-certificate-authority=${file('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=AlwaysAllow',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ]
}

async function waitUntilReady(
  processes: readonly ChildProcess[],
  { logFile, ...api }: Api & { readonly logFile: string },
): Promise<void> {
  while (!(await isReady(api))) {
    if (processes.some(({ exitCode }) => exitCode !== null)) {
      throw new Error(`Kubernetes ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}

type Api = { readonly ca: string; readonly port: number }

function isReady({ ca, port }: Api): Promise<boolean> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  return new Promise((resolve) => {
    get(`https://127.0.0.1:${port}/readyz`, { ca, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    }).on('error', () => resolve(false))
  })
}

/** Asked politely, kube-apiserver waits for an etcd that is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { openKubeconfigTransport, type Transport } from '@nexqloud/kube'

import { buildProgram } from '../../packages/kube/system/kubernetes/build-programs.ts'
import {
  findFreePort,
  startKubernetes,
} from '../../packages/kube/system/kubernetes/kubernetes-process.ts'

/** A Kubernetes API whose scheduler has not begun. */
export type SchedulerBench = {
  readonly transport: Transport
  /** The processes that there are just now. */
  readonly parts: () => readonly { readonly pid: number }[]
  readonly beginScheduling: () => Promise<void>
  /** How many decisions the scheduler makes in a second of its algorithm, as it tells itself; nothing where it does not. */
  readonly decisions: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}

/** Starts our API, with our scheduler in its process. */
export async function startOurScheduler(): Promise<SchedulerBench> {
  const child = fork(join(import.meta.dirname, 'serve-scheduler.ts'))
  const [kubeconfig] = (await once(child, 'message')) as readonly unknown[]
  const transport = await openKubeconfigTransport(String(kubeconfig))
  return {
    transport,
    parts: () => [{ pid: child.pid ?? 0 }],
    beginScheduling: async () => void child.send('begin'),
    decisions: async () => undefined,
    close: async () => {
      await transport.close()
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/**
 * Starts etcd and kube-apiserver, beside which kube-scheduler runs as it comes, but for a client that may ask as often as it wants.
 *
 * @throws where there is no Go to build them with.
 */
export async function startTheirScheduler(): Promise<SchedulerBench> {
  const programs = { etcd: buildProgram('etcd'), apiserver: buildProgram('kube-apiserver') }
  const scheduler = buildProgram('kube-scheduler')
  const start = startKubernetes(programs)
  if (start === undefined || scheduler === undefined) {
    throw new Error(
      'Go is not on the PATH, which builds kube-scheduler: there is nobody to compare with.',
    )
  }
  const { transport, pids, kubeconfig, certificates, close } = await start()
  const { folder } = certificates
  const parts = pids.map((pid) => ({ pid }))
  const port = await findFreePort()
  const stops: (() => Promise<void>)[] = [close]
  return {
    transport,
    parts: () => parts,
    beginScheduling: async () => {
      const log = openSync(join(folder, 'scheduler.log'), 'a')
      const args = writeFlags(folder, { kubeconfig, port })
      const child = spawn(scheduler, args, { cwd: folder, stdio: ['ignore', log, log] })
      parts.push({ pid: child.pid ?? 0 })
      stops.unshift(async () => {
        const ended = once(child, 'exit')
        if (child.kill('SIGKILL')) await ended
      })
    },
    decisions: async () => {
      const metrics = await read(port)
      const of = (field: string): number => {
        const name = `scheduler_scheduling_algorithm_duration_seconds_${field}`
        return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
      }
      return of('count') / of('sum')
    },
    close: async () => {
      for (const stop of stops) await stop()
    },
  }
}

function writeFlags(
  folder: string,
  { kubeconfig, port }: { readonly kubeconfig: string; readonly port: number },
): readonly string[] {
  const [access, configuration] = [
    join(folder, 'scheduler.kubeconfig'),
    join(folder, 'scheduler.yaml'),
  ]
  writeFileSync(access, kubeconfig)
  writeFileSync(
    configuration,
    JSON.stringify({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      leaderElection: { leaderElect: false },
      clientConnection: { kubeconfig: access, qps: 10_000, burst: 10_000 },
    }),
  )
  return [
    `--config=${configuration}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    '--authorization-always-allow-paths=/metrics',
  ]
}

async function read(port: number): Promise<string> {
  // It signs its certificate itself.
  const options: RequestOptions = { rejectUnauthorized: false, agent: false }
  const asked = get(`https://127.0.0.1:${port}/metrics`, options)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return text(response)
}

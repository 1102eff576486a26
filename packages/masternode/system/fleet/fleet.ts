/** A masternode and the devices of a fleet, as processes whose cost can be read. */

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createKubeClient, openKubeconfigTransport, type KubeClient } from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { z } from 'zod'

import { createCleanup, type Cleanup } from '../../../engine/system/lab/cleanup.ts'
import { kubeconfigOf } from '../../../kube/system/kubernetes/certificates.ts'

/** What a test sees, and may do. */
export type Fleet = {
  readonly client: KubeClient
  /** Starts the devices of a group, and resolves once their agents run. */
  readonly startGroup: (group: number) => Promise<void>
  /** Ends a group's devices at once, as a power cut would. */
  readonly killGroup: (group: number) => Promise<void>
  /** The CPU time that the masternode's process has taken, and that of all devices: seconds. */
  readonly cpuSeconds: () => { readonly masternode: number; readonly devices: number }
  readonly masternodeBytes: () => number
  /** What the masternode had to say. */
  readonly log: () => string
  readonly close: () => Promise<void>
}

/** By which the test is known to the API. */
const TOKEN = 'test-token'

const doors = z.object({
  devices: z.int(),
  kubernetes: z.int(),
  keyHash: z.string(),
  certificatePem: z.string(),
})

type Device = { readonly name: string; readonly keyPem: string; readonly keyHash: string }

/** Starts the masternode of a network that knows these groups of devices, by the devices' names; all of it is gone after `close`. */
export async function openFleet(groups: readonly (readonly string[])[]): Promise<Fleet> {
  const cleanup = createCleanup()
  try {
    return await open(groups, cleanup)
  } catch (failure) {
    await cleanup.run()
    throw failure
  }
}

async function open(groups: readonly (readonly string[])[], cleanup: Cleanup): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-fleet-'))
  cleanup.add(async () => rmSync(folder, { recursive: true }))
  const members = await Promise.all(groups.map((names) => Promise.all(names.map(makeDevice))))
  const devices = Object.fromEntries(members.flat().map(({ keyHash, name }) => [keyHash, name]))
  const start = createStart(folder, cleanup)
  const store = join(folder, 'store')
  const region = await start('region-child.ts', { folder: store, token: TOKEN, devices })
  const { devices: port, kubernetes, keyHash, certificatePem } = doors.parse(region.told)
  const transport = await openKubeconfigTransport(kubeconfigOf(kubernetes, certificatePem, TOKEN))
  cleanup.add(() => transport.close())
  const running = new Map<number, ChildProcess>()
  return {
    client: createKubeClient(transport),
    startGroup: async (group) => {
      const masternode = { port, keyHash }
      const { child } = await start('devices-child.ts', { masternode, devices: members[group] })
      running.set(group, child)
    },
    killGroup: async (group) => {
      const child = running.get(group)
      running.delete(group)
      if (child !== undefined) await kill(child)
    },
    cpuSeconds: () => ({
      masternode: cpuSecondsOf(region.child),
      devices: [...running.values()].map(cpuSecondsOf).reduce((sum, each) => sum + each, 0),
    }),
    masternodeBytes: () => residentBytesOf(region.child),
    log: () => readFileSync(join(folder, 'region-child.ts.log'), 'utf8'),
    close: cleanup.run,
  }
}

async function makeDevice(name: string): Promise<Device> {
  const { keyPem, keyHash } = await createTlsIdentity(createTlsKey())
  return { name, keyPem, keyHash }
}

/** Returns who starts one of the programs beside this file, and waits for its first word. */
function createStart(folder: string, cleanup: Cleanup) {
  let count = 0
  return async (program: string, input: object) => {
    count += 1
    const file = join(folder, `${program}-${count}.json`)
    writeFileSync(file, JSON.stringify(input))
    const log = openSync(join(folder, `${program}.log`), 'a')
    const child = fork(join(import.meta.dirname, program), [file], {
      // As `nexqloud` starts it.
      execArgv: [
        '--initial-old-space-size=64',
        '--heap-growing-percent=50',
        '--max-semi-space-size=8',
      ],
      stdio: ['ignore', log, log, 'ipc'],
    })
    cleanup.add(() => kill(child))
    const failed = once(child, 'exit').then(([code]): never => {
      const said = readFileSync(join(folder, `${program}.log`), 'utf8').slice(-2000)
      throw new Error(`${program} ended with ${String(code)}: ${said}`)
    })
    failed.catch(() => {})
    const [told] = (await Promise.race([once(child, 'message'), failed])) as readonly unknown[]
    return { child, told }
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Ticks of a second in proc(5): 100 on every Linux that Node runs on. */
const TICKS = 100

function cpuSecondsOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function residentBytesOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

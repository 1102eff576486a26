import type { ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'
import { stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { endProcesses, openScratchFolder, removeCgroups, removeEmptyCgroups } from './scratch.ts'

/** An engine that a test started. */
export type StartedEngine = {
  readonly socketPath: string
  /** Kills it, waits for `meanwhile`, and starts it again on what it left. */
  readonly killAndRestart: (meanwhile: () => Promise<void>) => Promise<void>
}

/** Which networks it makes; a test may say others. */
const POOL = '--default-address-pool'

/** Starts a Docker of its own in a namespace. */
export async function startDocker(
  namespace: Namespace,
  cleanup: Cleanup,
  flags: readonly string[] = [],
): Promise<StartedEngine> {
  const folder = openScratchFolder(cleanup)
  const [socketPath, pidFile] = [join(folder, 'socket'), join(folder, 'pid')]
  writeFileSync(join(folder, 'daemon.json'), '{}')
  cleanup.add(() => removeCgroups(namespace.name))
  // The parent of owners' groups stays while another one uses it.
  cleanup.add(() => removeEmptyCgroups('nexqloud'))

  async function start(): Promise<ChildProcess> {
    const started = namespace.start('dockerd', [
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${pidFile}`,
      `--host=unix://${socketPath}`,
      `--config-file=${join(folder, 'daemon.json')}`,
      `--cgroup-parent=/${namespace.name}`,
      '--shutdown-timeout=1',
      ...(flags.some((flag) => flag.startsWith(POOL))
        ? []
        : [`${POOL}=base=10.210.0.0/16,size=24`]),
      ...flags,
    ])
    await waitUntilReady(started, () => answers(socketPath))
    return started
  }

  let child: ChildProcess | undefined
  cleanup.add(() => endProcesses(folder))
  cleanup.add(() => child && stopProcess(child))
  child = await start()
  return {
    socketPath,
    killAndRestart: async (meanwhile) => {
      if (child !== undefined) await stopProcess(child, 'SIGKILL')
      await meanwhile()
      // Where the dead are buried slowly, their numbers still look alive to the next one.
      for (const file of [pidFile, join(folder, 'exec/containerd/containerd.pid')]) rmSync(file)
      child = await start()
    },
  }
}

/** Whether an engine answers at a socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

import type { ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'
import { answers, type StartedEngine } from './docker-daemon.ts'
import { stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { endProcesses, openScratchFolder, removeEmptyCgroups } from './scratch.ts'

/**
 * Limits of files and processes are named since Podman asks for more than a root without CAP_SYS_RESOURCE may give. What
 * watches a command in a container goes a second after it, not five minutes.
 */
const configuration = `
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
exit_command_delay = 1
[network]
network_backend = "netavark"
`

const registries = ['127.0.0.1:5055', '127.0.0.1:5056']
  .map((location) => `[[registry]]\nlocation = "${location}"\ninsecure = true\n`)
  .join('')

/** Starts a Podman of its own in a namespace. */
export async function startPodman(namespace: Namespace, cleanup: Cleanup): Promise<StartedEngine> {
  const folder = openScratchFolder(cleanup)
  const socketPath = join(folder, 'socket')
  const files = { CONTAINERS_CONF: configuration, CONTAINERS_REGISTRIES_CONF: registries }
  const env: Record<string, string> = {}
  for (const [name, text] of Object.entries(files)) {
    env[name] = join(folder, name.toLowerCase())
    writeFileSync(env[name], text)
  }
  const places = { root: 'root', runroot: 'run', 'network-config-dir': 'networks', tmpdir: 'tmp' }
  const flags = Object.entries(places).flatMap(([flag, name]) => [`--${flag}`, join(folder, name)])
  const service = ['system', 'service', '--time=0', `unix://${socketPath}`]

  async function start(): Promise<ChildProcess> {
    // What watches a container writes where it was started that memory was short.
    const started = namespace.start('podman', [...flags, ...service], { env, cwd: folder })
    await waitUntilReady(started, () => answers(socketPath))
    return started
  }

  let child: ChildProcess | undefined
  // Podman's parent of all containers, whosesoever: it stays while another Podman uses it.
  cleanup.add(() => removeEmptyCgroups('libpod_parent'))
  cleanup.add(() => removeEmptyCgroups('nexqloud'))
  cleanup.add(() => endProcesses(folder))
  cleanup.add(() => child && stopProcess(child))
  child = await start()
  return {
    socketPath,
    killAndRestart: async (meanwhile) => {
      if (child !== undefined) await stopProcess(child, 'SIGKILL')
      await meanwhile()
      rmSync(socketPath)
      child = await start()
    },
  }
}

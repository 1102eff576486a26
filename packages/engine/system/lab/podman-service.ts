import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import type { Cleanup } from './cleanup.ts'
import { answers } from './docker-daemon.ts'
import { stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { openScratchFolder, removeCgroups } from './scratch.ts'

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

/** Starts a Podman of its own in a namespace, and returns the path of its socket. */
export async function startPodman(namespace: Namespace, cleanup: Cleanup): Promise<string> {
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
  cleanup.add(removeParentGroup)
  const service = ['system', 'service', '--time=0', `unix://${socketPath}`]
  const child = namespace.start('podman', [...flags, ...service], env)
  cleanup.add(() => endProcesses(folder))
  cleanup.add(() => stopProcess(child))
  await waitUntilReady(child, () => answers(socketPath))
  return socketPath
}

/** Podman's parent of all containers, whosesoever: it stays while another Podman uses it. */
function removeParentGroup(): void {
  try {
    removeCgroups('libpod_parent')
  } catch (failure) {
    if (!String(failure).includes('EBUSY')) throw failure
  }
}

/** Ends what outlives Podman by design, and what that starts at its end: of the engine in this folder alone. */
async function endProcesses(folder: string): Promise<void> {
  for (;;) {
    const ours = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && commandOf(name).includes(folder),
    )
    if (ours.length === 0) return
    for (const id of ours) endProcess(Number(id))
    await wait(20)
  }
}

function endProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/** Of one that has ended it is empty. */
function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clock } from '@nexqloud/kernel'

import type { ContainerEngine, EngineInformation } from '../container-engine.ts'
import { EngineUnsafeError } from '../errors.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { denyUserNamespaces } from '../isolation/seccomp-profile.ts'
import { tenantGroupOf } from '../isolation/tenant-group.ts'
import { containerListAnswer, infoAnswer, libpodInfoAnswer, versionAnswer } from './answers.ts'
import { createConnection, type Connection } from './connection.ts'
import { createContainerLife } from './container-life.ts'
import { readContainerStatus, readState, withoutOwner } from './container-status.ts'
import { dialects, type Dialect } from './dialect.ts'
import { startExec } from './exec.ts'
import { createImageStore } from './image-store.ts'
import { createPortLook } from './look-at-ports.ts'
import { createProcessLook } from './look-at-process.ts'
import { createNetworkStore } from './network-store.ts'
import { createOwnedContainers } from './owned-containers.ts'
import { reach } from './reach.ts'
import { createLifeSignReader } from './read-life-sign.ts'
import { readLogs } from './read-logs.ts'
import { readStats } from './read-stats.ts'
import { watchEvents } from './watch-events.ts'

/** Where an engine is, and on whose behalf it is used. */
export type EngineOptions = {
  /** `/var/run/docker.sock`, `/run/podman/podman.sock`. */
  readonly socketPath: string
  /** What containers, networks and images are marked with; several owners may share an engine. */
  readonly owner: string
  /** A folder of ours, where Podman finds its seccomp profile. */
  readonly dataFolder: string
  readonly clock: Clock
  /** How long an answer may take before the engine counts as away; two minutes where it is left out. */
  readonly patienceMs?: number
}

/**
 * Opens the Docker or Podman at a socket. It may go and come back: nothing has to be closed or opened again.
 *
 * @throws {@link EngineUnreachableError}, {@link EngineUnsafeError} where tenants cannot be confined.
 */
export async function openEngine(options: EngineOptions): Promise<ContainerEngine> {
  const connection = createConnection(options)
  const { information, securityOptions, cgroupDriver } = await readInformation(connection)
  assertSafe(securityOptions)
  const dialect: Dialect = dialects[information.name === 'podman' ? 'podman' : 'docker']
  const seccompProfile = dialect.takesSeccompFile
    ? await writeSeccompProfile(connection, options.dataFolder)
    : undefined

  const containers = createOwnedContainers(connection)
  const images = createImageStore(connection, {
    architecture: information.architecture,
    dialect,
  })
  const networks = createNetworkStore(connection)
  const cgroupParent = tenantGroupOf(options.owner, cgroupDriver)?.parent
  const { mountsWhole } = dialect
  const confinement = { owner: options.owner, seccompProfile, cgroupParent, mountsWhole }
  const lookAtProcess = createProcessLook('')
  const life = createContainerLife(connection, { containers, networks, confinement })

  return {
    information: async () => (await readInformation(connection)).information,
    pullImage: images.pull,
    listImages: images.list,
    removeImage: images.remove,
    createNetwork: networks.create,
    listNetworks: networks.list,
    removeNetwork: networks.remove,
    createContainer: life.create,
    startContainer: life.start,
    stopContainer: life.stop,
    removeContainer: life.remove,
    listContainers: (labels) => listContainers(connection, labels),
    inspectContainer: async (id) => readContainerStatus(await containers.inspect(id), dialect),
    readLogs: (id, request) => readLogs(connection, containers, { id, request }),
    exec: async (id, request) => {
      await containers.assertOwned(id)
      return startExec(connection, options.clock, { id, request })
    },
    readStats: (id) => readStats(connection, containers, id),
    readLifeSign: createLifeSignReader({
      containers,
      lookAtProcess,
      lookAtPort: createPortLook(''),
      reach,
    }),
    watchEvents: (signal) => watchEvents(connection, signal),
  }
}

type Found = {
  readonly information: EngineInformation
  readonly securityOptions: readonly string[]
  readonly cgroupDriver: string | undefined
}

/** Architectures as `uname` names them, for which Go has other names. */
const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' }

async function readInformation({ ask, owner }: Connection): Promise<Found> {
  const asked = 'tell about itself'
  const version = await ask({ asked, call: (docker) => docker.version() }, versionAnswer)
  const info = await ask({ asked, call: (docker) => docker.info() }, infoAnswer)
  const tenantGroup = tenantGroupOf(owner, info.CgroupDriver)?.path
  const isPodman = version.Components?.some(({ Name }) => Name === 'Podman Engine') ?? false
  return {
    information: {
      name: isPodman ? 'podman' : 'docker',
      version: version.Version,
      architecture: architectures[version.Arch] ?? version.Arch,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      ...(tenantGroup !== undefined && { tenantGroup }),
    },
    cgroupDriver: info.CgroupDriver,
    securityOptions: info.SecurityOptions ?? [],
  }
}

function assertSafe(securityOptions: readonly string[]): void {
  const seccomp = securityOptions.find((option) => option.startsWith('name=seccomp'))
  if (seccomp === undefined || seccomp.includes('unconfined')) {
    throw new EngineUnsafeError(
      'it confines no system calls (seccomp)',
      'Use a kernel with seccomp, and remove "seccomp-profile" from the configuration of the engine.',
    )
  }
  if (securityOptions.some((option) => option.startsWith('name=rootless'))) {
    throw new EngineUnsafeError(
      'it runs without root, where limits and firewall do not hold',
      'Start the Docker or Podman of root, and name its socket.',
    )
  }
}

async function writeSeccompProfile(connection: Connection, folder: string): Promise<string> {
  const { host } = await connection.ask(
    { asked: 'tell about itself', call: (docker) => askLibpod(docker) },
    libpodInfoAnswer,
  )
  const path = join(folder, 'seccomp.json')
  const profile: unknown = JSON.parse(await readFile(host.security.seccompProfilePath, 'utf8'))
  await writeFile(path, JSON.stringify(denyUserNamespaces(profile)))
  return path
}

/** Podman tells some of itself only on a path of its own. */
function askLibpod(docker: Connection['docker']): Promise<unknown> {
  const options = { path: '/v4.0.0/libpod/info', method: 'GET', statusCodes: { 200: true } }
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (failure: Error | null, answer: unknown) => {
      if (failure === null) resolve(answer)
      else reject(failure)
    })
  })
}

async function listContainers(
  { ask, owner }: Connection,
  labels: Readonly<Record<string, string>> = {},
): ReturnType<ContainerEngine['listContainers']> {
  const label = Object.entries({ ...labels, [OWNER_LABEL]: owner }).map((pair) => pair.join('='))
  const question = {
    asked: 'list containers',
    call: (docker: Connection['docker']) =>
      docker.listContainers({ all: true, filters: { label } }),
  }
  const found = await ask(question, containerListAnswer)
  return found.map(({ Id, Names, ImageID, State, Labels }) => ({
    id: Id,
    name: (Names[0] ?? '').replace(/^\//, ''),
    image: ImageID,
    state: readState(State),
    labels: withoutOwner(Labels),
  }))
}

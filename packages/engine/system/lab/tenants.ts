import { execFileSync } from 'node:child_process'

import { systemClock } from '@nexqloud/kernel'

import type { ContainerEngine } from '../../src/container-engine.ts'
import type { ContainerId, ContainerSpecification } from '../../src/container/specification.ts'
import { openEngine } from '../../src/docker/open-engine.ts'
import { limits, read } from '../../test/suite/bench.ts'
import type { Cleanup } from './cleanup.ts'
import { pidOf } from './container-holds.ts'
import { startDocker } from './docker-daemon.ts'
import { openHomeNetwork } from './home-network.ts'
import { RESOLVER, type Home } from './home.ts'
import { startPodman } from './podman-service.ts'
import { publish, startRegistries } from './registry.ts'
import { openScratchFolder } from './scratch.ts'
import { sweepLab } from './sweep.ts'

/** The engines that tenants are tried on, and what of them is needed. */
export const tenantEngines = {
  docker: { program: 'dockerd', bridgeDns: [], start: startDocker },
  podman: { program: 'podman', bridgeDns: ['10.89.0.0/16'], start: startPodman },
} as const

/** Tenants on the device of a home, between the internet and neighbours. */
export type Tenants = {
  readonly home: Home
  readonly engine: ContainerEngine
  /** Starts a container in a network, which is called by the engine's name and its own; it sleeps where nothing else is asked. */
  readonly run: (
    container: string,
    network: string,
    more?: Partial<ContainerSpecification>,
  ) => Promise<ContainerId>
  /** Returns what a script prints in a container. */
  readonly tell: (id: ContainerId, script: string) => Promise<string>
  /** Runs a program of the machine in a container's network, and returns what it prints. */
  readonly runBeside: (id: ContainerId, program: string, ...args: string[]) => Promise<string>
  /** Returns the name of who answers; nothing where nobody does. */
  readonly ask: (id: ContainerId, place: string) => Promise<string>
  readonly addressOf: (container: string) => Promise<string>
}

/** Returns a command that answers HTTP with a name. */
export function serveName(name: string): readonly string[] {
  const script = `mkdir /tmp/w; echo -n ${name} > /tmp/w/name; exec httpd -f -p 80 -h /tmp/w`
  return ['sh', '-c', script]
}

/** Opens a home with an engine on its device, whose owner is called as the engine. */
export async function openTenants(
  name: keyof typeof tenantEngines,
  cleanup: Cleanup,
): Promise<Tenants> {
  await sweepLab()
  const home = await openHomeNetwork(cleanup)
  const folder = openScratchFolder(cleanup)
  await startRegistries(home.device, cleanup)
  const flags = name === 'docker' ? [`--dns=${RESOLVER}`] : []
  const { socketPath } = await tenantEngines[name].start(home.device, cleanup, flags)
  const image = await publish(socketPath, { folder, registry: 'open', repository: 'a/busybox' })
  const place = { socketPath, owner: name, dataFolder: folder, clock: systemClock }
  const engine = await openEngine(place)
  const tell: Tenants['tell'] = async (id, script) => {
    const session = await engine.exec(id, { command: ['sh', '-c', script] })
    const { stdout } = await read(session.output)
    return stdout.trim()
  }
  return {
    home,
    engine,
    run: async (container, network, more = {}) => {
      const id = await engine.createContainer({
        name: `${name}-${container}`,
        image: (await engine.pullImage({ image })).id,
        command: ['sleep', '600'],
        network: { kind: 'bridge', name: network, aliases: [container] },
        limits,
        capabilities: [],
        ...more,
      })
      cleanup.add(() => engine.removeContainer(id))
      await engine.startContainer(id)
      return id
    },
    tell,
    runBeside: async (id, program, ...args) => {
      const network = `--net=/proc/${await pidOf(socketPath, id)}/ns/net`
      return execFileSync('nsenter', [network, program, ...args], { encoding: 'utf8' })
    },
    ask: (id, where) => tell(id, `timeout 1 wget -q -O - http://${where}/name`),
    addressOf: async (container) => {
      const all = await engine.listContainers()
      const found = all.find((one) => one.name === `${name}-${container}`)
      return (found && (await engine.inspectContainer(found.id)).address) ?? ''
    },
  }
}

import type { ContainerId, ContainerSpecification } from '../container/specification.ts'
import {
  ContainerNotFoundError,
  ContainerRefusedError,
  NameTakenError,
  NetworkNotFoundError,
  StartFailedError,
} from '../errors.ts'
import { ImageNotFoundError } from '../image/errors.ts'
import { createContainerOptions, type Confinement } from '../isolation/create-options.ts'
import { announceAddress } from './announce-address.ts'
import { createdAnswer } from './answers.ts'
import { ignoreStatus, type Connection, type Refusal } from './connection.ts'
import type { NetworkStore } from './network-store.ts'
import type { OwnedContainers } from './owned-containers.ts'

/** What a life of a container needs to know. */
type Surroundings = {
  readonly containers: OwnedContainers
  readonly networks: NetworkStore
  readonly confinement: Confinement
}

/** Making, starting, stopping and removing of the owner's containers; see {@link ContainerEngine}. */
export type ContainerLife = {
  readonly create: (specification: ContainerSpecification) => Promise<ContainerId>
  readonly start: (id: ContainerId) => Promise<void>
  readonly stop: (id: ContainerId, graceSeconds: number) => Promise<void>
  readonly remove: (id: ContainerId) => Promise<void>
}

/** Returns the lives of a connection's containers. */
export function createContainerLife(
  connection: Connection,
  surroundings: Surroundings,
): ContainerLife {
  const { ask, tell, owner } = connection
  const { containers, networks, confinement } = surroundings
  const named = (verb: string, id: ContainerId) => `${verb} container ${id.slice(0, 12)}`

  /** Docker takes any network, and any container's, and fails at the start; and neither looks at whose they are. */
  async function assertNetwork({ network }: ContainerSpecification): Promise<void> {
    if (network.kind === 'container') await containers.assertOwned(network.id)
    if (network.kind !== 'bridge') return
    const known = await networks.list()
    if (!known.some(({ name }) => name === network.name)) {
      throw new NetworkNotFoundError(network.name, owner)
    }
  }

  return {
    create: async (specification) => {
      await assertNetwork(specification)
      const options = createContainerOptions(specification, confinement)
      const question = {
        asked: `create container ${specification.name}`,
        meaning: (refusal: Refusal) => readCreateRefusal(refusal, specification, owner),
        call: (docker: Connection['docker']) => docker.createContainer(options),
      }
      return (await ask(question, createdAnswer)).id
    },
    start: async (id) => {
      await containers.assertOwned(id)
      await tell({
        asked: named('start', id),
        meaning: (refusal) => readStartRefusal(refusal, id, owner),
        call: (docker) => docker.getContainer(id).start().catch(ignoreStatus(304)),
      })
      await announceAddress(containers.inspect(id))
    },
    stop: async (id, graceSeconds) => {
      await containers.assertOwned(id)
      await tell({
        asked: named('stop', id),
        worksMs: graceSeconds * 1000,
        meaning: ({ status }) =>
          status === 404 ? new ContainerNotFoundError(id, owner) : undefined,
        call: (docker) =>
          docker.getContainer(id).stop({ t: graceSeconds }).catch(ignoreStatus(304)),
      })
    },
    remove: async (id) => {
      if (!(await containers.isOwned(id))) return
      await tell({
        asked: named('remove', id),
        // 409: somebody removes it already.
        call: (docker) =>
          docker.getContainer(id).remove({ force: true, v: true }).catch(ignoreStatus(404, 409)),
      })
    },
  }
}

function readCreateRefusal(
  { status, reason }: Refusal,
  { name, image }: ContainerSpecification,
  owner: string,
): Error | undefined {
  if (status === 409 || /already in use/.test(reason)) return new NameTakenError('container', name)
  if (/no such image|image not known/i.test(reason)) return new ImageNotFoundError(image, owner)
  return status === 400 ? new ContainerRefusedError(name, reason) : undefined
}

/** Returns the runtime's own words, without who passed them on: `exec: "x": executable file not found in $PATH`. */
function causeOf(reason: string): string {
  const [, cause = reason] = /unable to start container process: (.*)$/s.exec(reason) ?? []
  return cause.replace(/: unknown$/, '')
}

/** Engines say 400, 404 or 500 where the command is at fault; the runtime's words tell it apart. */
function readStartRefusal(
  { status, reason }: Refusal,
  id: ContainerId,
  owner: string,
): Error | undefined {
  if (/OCI runtime|runc|crun|exec:|executable file|chdir/.test(reason)) {
    return new StartFailedError(id, causeOf(reason))
  }
  return status === 404 && /no such container/i.test(reason)
    ? new ContainerNotFoundError(id, owner)
    : undefined
}

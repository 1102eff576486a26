import { BaseError } from '@nexqloud/kernel'

/** Nobody answers at the engine's socket, or what answers broke off. */
export class EngineUnreachableError extends BaseError {
  readonly socketPath: string

  constructor(socketPath: string, cause?: unknown) {
    super(`No container engine answers at ${socketPath}.`, {
      code: 'ENGINE_UNREACHABLE',
      kind: 'unavailable',
      hint: 'Start Docker or Podman, or name the socket of the one that runs.',
      cause,
    })
    this.socketPath = socketPath
  }
}

/** The engine refused for a reason that nobody here can act on. */
export class EngineFailedError extends BaseError {
  readonly status: number | undefined

  constructor(asked: string, { status, reason }: { status?: number | undefined; reason: string }) {
    super(`The container engine could not ${asked}: ${reason}`, {
      code: 'ENGINE_FAILED',
      kind: 'internal',
      hint: 'Look into the log of the container engine.',
    })
    this.status = status
  }
}

/** An engine on which tenants could not be kept apart from the machine. */
export class EngineUnsafeError extends BaseError {
  constructor(lack: string, hint: string) {
    super(`The container engine is not safe for tenants: ${lack}.`, {
      code: 'ENGINE_UNSAFE',
      kind: 'unavailable',
      hint,
    })
  }
}

/** There is no such container, or it is not one of this owner's. */
export class ContainerNotFoundError extends BaseError {
  readonly id: string

  constructor(id: string, owner: string) {
    super(`${owner} has no container ${id.slice(0, 12)}.`, {
      code: 'ENGINE_CONTAINER_NOT_FOUND',
      kind: 'notFound',
      hint: 'List the containers; only those that carry the label of the owner are touched.',
    })
    this.id = id
  }
}

/** A container that is not in the state which was asked for. */
export class ContainerStateError extends BaseError {
  readonly id: string

  constructor(id: string, { asked, state }: { asked: string; state: string }) {
    super(`Container ${id.slice(0, 12)} is ${state}; it cannot ${asked}.`, {
      code: 'ENGINE_CONTAINER_STATE',
      kind: 'conflict',
      hint: 'Inspect the container, and start or stop it first.',
    })
    this.id = id
  }
}

/** A name that another container or network has. */
export class NameTakenError extends BaseError {
  readonly taken: string

  constructor(what: 'container' | 'network', name: string) {
    super(`The name ${name} belongs to another ${what}.`, {
      code: 'ENGINE_NAME_TAKEN',
      kind: 'conflict',
      hint: `Remove the other ${what}, or choose another name.`,
    })
    this.taken = name
  }
}

/** No range of addresses is left for one more network. */
export class RangeTakenError extends BaseError {
  constructor(network: string) {
    super(`No range of addresses is free for the network ${network}.`, {
      code: 'ENGINE_RANGE_TAKEN',
      kind: 'unavailable',
      hint: 'Give the engine more ranges: "default-address-pools" in daemon.json of Docker.',
    })
  }
}

/** There is no such network, or it is not one of this owner's. */
export class NetworkNotFoundError extends BaseError {
  readonly network: string

  constructor(network: string, owner: string) {
    super(`${owner} has no network ${network}.`, {
      code: 'ENGINE_NETWORK_NOT_FOUND',
      kind: 'notFound',
      hint: 'Create the network before the containers in it.',
    })
    this.network = network
  }
}

/** Containers are still in the network. */
export class NetworkInUseError extends BaseError {
  readonly network: string

  constructor(network: string) {
    super(`Containers are still in the network ${network}.`, {
      code: 'ENGINE_NETWORK_IN_USE',
      kind: 'conflict',
      hint: 'Remove its containers first.',
    })
    this.network = network
  }
}

/** The container's command could not be started. */
export class StartFailedError extends BaseError {
  readonly id: string

  constructor(id: string, reason: string) {
    super(`Container ${id.slice(0, 12)} did not start: ${reason}`, {
      code: 'ENGINE_START_FAILED',
      kind: 'invalid',
      hint: "Check command, args and workingDir against what the image holds; without a command the image's own is used.",
    })
    this.id = id
  }
}

/** The engine does not make such a container. */
export class ContainerRefusedError extends BaseError {
  constructor(name: string, reason: string) {
    super(`The container engine does not make ${name}: ${reason}`, {
      code: 'ENGINE_CONTAINER_REFUSED',
      kind: 'invalid',
      hint: 'Change what its specification asks for, or choose a device that has it.',
    })
  }
}

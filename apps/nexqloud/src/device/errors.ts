import { BaseError } from '@nexqloud/kernel'

/** A data folder has no device yet. */
export class NotJoinedError extends BaseError {
  constructor(folder: string) {
    super(`${folder} holds no device that has joined.`, {
      code: 'DEVICE_NOT_JOINED',
      kind: 'notFound',
      hint: 'Join with: nexqloud device join. Or name the data folder of the device with --data.',
    })
  }
}

/** A device belongs to another network than the node that was asked. */
export class OtherChainError extends BaseError {
  constructor(folder: string, device: number) {
    super(`${folder} holds device ${device} of another network than this node's.`, {
      code: 'DEVICE_OTHER_NETWORK',
      kind: 'conflict',
      hint: "Name a node of the device's own network with --rpc, or another data folder with --data.",
    })
  }
}

/** A file of the device cannot be used. */
export class DeviceFileError extends BaseError {
  constructor(
    file: string,
    problem: string,
    hint = 'Put the file back as it was; or move the folder away, retire the device with its wallet, and join anew.',
  ) {
    super(`${file} cannot be used: ${problem}`, {
      code: 'DEVICE_FILE_INVALID',
      kind: 'invalid',
      hint,
    })
  }
}

/** Another agent has the folder. */
export class AgentRunningError extends BaseError {
  constructor(folder: string, pid: number | undefined) {
    const which = pid === undefined ? 'Another process' : `Process ${pid}`
    super(`${which} runs the device of ${folder}.`, {
      code: 'DEVICE_AGENT_RUNNING',
      kind: 'conflict',
      hint: 'End that one first, or name the folder of another device with --data. nexqloud device status tells what it does.',
    })
  }
}

/** The chain knows the device, and it may not work for its status. */
export class DeviceGoneError extends BaseError {
  constructor(device: number, status: string) {
    super(`Device ${device} is ${status}.`, {
      code: 'DEVICE_GONE',
      kind: 'conflict',
      hint: 'Join anew with: nexqloud device join.',
    })
  }
}

/** No container engine is there, or none that may be used. */
export class EngineMissingError extends BaseError {
  constructor({ sockets, isForbidden }: { sockets: readonly string[]; isForbidden: boolean }) {
    const where = sockets.join(' or ')
    super(
      isForbidden
        ? `The container engine at ${where} may not be used by this user.`
        : `No container engine answers at ${where}.`,
      {
        code: 'DEVICE_ENGINE_MISSING',
        kind: 'unavailable',
        hint: isForbidden
          ? 'Run the agent as root, which its firewall needs anyway.'
          : 'Install one (Debian, Ubuntu: apt-get install docker.io nftables), start it, or name its socket with --engine-socket FILE.',
      },
    )
  }
}

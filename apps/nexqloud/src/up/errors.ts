import { readFileSync } from 'node:fs'

import { BaseError } from '@nexqloud/kernel'

/** A part of the network did not start. */
export class PartFailedError extends BaseError {
  constructor(name: string, { how, log }: { readonly how: string; readonly log: string }) {
    const why = lastWordsOf(log)
    super(`${name} ${how}${why === '' ? '' : `: ${why}`}`, {
      code: 'UP_PART_FAILED',
      kind: 'unavailable',
      hint: `${log} tells the rest. A second nexqloud up goes on where this one ended.`,
    })
  }
}

/** A program of ours ends with what was wrong, and on a line of its own what to do about it. */
function lastWordsOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-2).join(' ')
  } catch {
    return ''
  }
}

/** The network runs from this folder already. */
export class UpRunningError extends BaseError {
  constructor(folder: string, pid: number) {
    super(`The network of ${folder} runs already, by process ${pid}.`, {
      code: 'UP_RUNNING',
      kind: 'conflict',
      hint: 'nexqloud ps shows what runs on it; nexqloud down stops it.',
    })
  }
}

/** An `up` has the folder and has not said yet which process it is. */
export class UpUnknownError extends BaseError {
  constructor(folder: string) {
    super(`The network of ${folder} is just being started, or has just ended.`, {
      code: 'UP_UNKNOWN',
      kind: 'unavailable',
      hint: 'Nothing was done. Repeat the command in a moment.',
    })
  }
}

/** Whoever waited for the end of a network went away. */
export class StillStoppingError extends BaseError {
  constructor(folder: string, pid: number) {
    super(`The network of ${folder} is still stopping: process ${pid}.`, {
      code: 'UP_STILL_STOPPING',
      kind: 'unavailable',
      hint: 'It goes on by itself. nexqloud down waits for it again.',
    })
  }
}

/** The network stopped, and something of it was left behind. */
export class LeftBehindError extends BaseError {
  constructor(failures: number) {
    super(`The network has stopped, but ${failures} of the steps that clear it away failed.`, {
      code: 'UP_LEFT_BEHIND',
      kind: 'unavailable',
      hint: 'Repair the cause that is told above; nexqloud up and nexqloud down then clear away what is left.',
    })
  }
}

/** There is no engine, and none that could be installed. */
export class NoEngineError extends BaseError {
  constructor(why: string, command: string) {
    super(`No container engine answers, and ${why}.`, {
      code: 'UP_NO_ENGINE',
      kind: 'unavailable',
      hint: `Install and start one, then repeat the command: ${command}`,
    })
  }
}

/** An `up` that was killed has left something on an engine that is gone by now. */
export class EngineGoneError extends BaseError {
  constructor(socketPath: string) {
    super(
      `The engine at ${socketPath} does not answer: what a network that was killed had left on it is still there.`,
      {
        code: 'UP_ENGINE_GONE',
        kind: 'unavailable',
        hint: 'Start the engine, then repeat nexqloud down.',
      },
    )
  }
}

/** What installs an engine failed. */
export class EngineInstallError extends BaseError {
  constructor(command: string, output: string) {
    super(`${command} failed: ${output.trim().split('\n').slice(-3).join(' ')}`, {
      code: 'UP_ENGINE_INSTALL_FAILED',
      kind: 'unavailable',
      hint: 'Repair the cause above, or install Docker or Podman by hand, then repeat the command.',
    })
  }
}

/** The first app did not come to answer. */
export class FirstAppError extends BaseError {
  constructor(why: string) {
    super(`The first app does not answer: ${why}`, {
      code: 'UP_FIRST_APP_FAILED',
      kind: 'unavailable',
      hint: 'Everything else runs. nexqloud ps and nexqloud describe first-app tell more.',
    })
  }
}

/** The first app was stopped, and is left as its owner wants it. */
export class FirstAppStoppedError extends BaseError {
  constructor() {
    super('it was stopped.', {
      code: 'UP_FIRST_APP_STOPPED',
      kind: 'conflict',
      hint: 'nexqloud start first-app starts it again.',
    })
  }
}

/** A device's network could not be made. */
export class NetworkFailedError extends BaseError {
  constructor(command: string, output: string) {
    super(`${command} failed: ${output.trim()}`, {
      code: 'UP_NETWORK_FAILED',
      kind: 'unavailable',
      hint: 'Several devices need network namespaces: run as root on Linux with iproute2 and nftables, or start one device.',
    })
  }
}

/** Another network of this machine has several devices. */
export class NetworksTakenError extends BaseError {
  constructor() {
    super('Another network on this machine has several devices, and their addresses with them.', {
      code: 'UP_NETWORKS_TAKEN',
      kind: 'conflict',
      hint: 'Stop it first (nexqloud down --data FOLDER), or start this one with one device.',
    })
  }
}

/** Devices are wanted that this machine cannot have. */
export class DevicesWishError extends BaseError {
  constructor(problem: string) {
    super(problem, {
      code: 'UP_DEVICES_INVALID',
      kind: 'invalid',
      hint: 'Nothing was started. nexqloud up --devices 1000 --engine memory starts many devices that imitate containers.',
    })
  }
}

/** The chain has no masternode of this folder's key. */
export class NoMasternodeError extends BaseError {
  constructor(signer: string) {
    super(`The chain has no masternode whose key is ${signer}.`, {
      code: 'UP_NO_MASTERNODE',
      kind: 'unavailable',
      hint: 'This folder was launched on another chain, or its masternode has left: start with another --data.',
    })
  }
}

import { BaseError } from '@nexqloud/kernel'

/** Nothing here starts services that we know of. */
export class NoServiceManagerError extends BaseError {
  constructor() {
    super('This machine is run neither by systemd nor by launchd.', {
      code: 'DEVICE_SERVICE_UNKNOWN',
      kind: 'unavailable',
      hint: 'Have what starts programs here run: nexqloud device run',
    })
  }
}

/** Services are root's. */
export class ServiceForbiddenError extends BaseError {
  constructor() {
    super('Only root may change what this machine starts.', {
      code: 'DEVICE_SERVICE_FORBIDDEN',
      kind: 'unauthorized',
      hint: 'Repeat the command as root (sudo), and name the data folder with --data.',
    })
  }
}

/** A file is somebody else's. */
export class ServiceTakenError extends BaseError {
  constructor(path: string) {
    super(`${path} was not written for this device.`, {
      code: 'DEVICE_SERVICE_TAKEN',
      kind: 'conflict',
      hint: 'Look what it is. Move it away, or give this device another name (--name) when it joins.',
    })
  }
}

/** The manager did not do it. */
export class ServiceFailedError extends BaseError {
  constructor(command: string, output: string) {
    super(`${command} failed: ${output.trim().slice(-500)}`, {
      code: 'DEVICE_SERVICE_FAILED',
      kind: 'unavailable',
      hint: 'Repeat the command once the cause is repaired; what is done already is passed over.',
    })
  }
}

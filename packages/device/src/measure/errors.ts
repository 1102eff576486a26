import { BaseError } from '@nexqloud/kernel'

/** A device could not measure itself. */
export class MeasurementFailedError extends BaseError {
  constructor(task: string, cause?: unknown) {
    const reason = cause instanceof Error ? cause.message : 'its thread ended early'
    super(`The ${task} part of the measurement failed: ${reason}`, {
      code: 'DEVICE_MEASUREMENT_FAILED',
      kind: 'unavailable',
      hint: 'Make room in memory and on the disk of the data folder; the masternode asks again.',
      cause,
    })
  }
}

/** A masternode asked for the measurement of another device. */
export class OtherDeviceError extends BaseError {
  constructor(asked: number, own: number) {
    super(`Device ${asked} is to be measured; this is device ${own}.`, {
      code: 'DEVICE_OTHER',
      kind: 'conflict',
      hint: 'Somebody registered another device with the TLS key of this one; leave that one unmeasured.',
    })
  }
}

/** Its owner keeps the device from working. */
export class DevicePausedError extends BaseError {
  constructor() {
    super('The device is paused by its owner, and is not measured.', {
      code: 'DEVICE_PAUSED',
      kind: 'unavailable',
      hint: 'Measure it when it works again; meanwhile it gets no pods.',
    })
  }
}

/** Somebody has the device write more than its disk is worn for. */
export class DiskSparedError extends BaseError {
  constructor() {
    super('The disk of the device was measured too often, and is not worn for more.', {
      code: 'DEVICE_DISK_SPARED',
      kind: 'unavailable',
      hint: 'Ask again in an hour.',
    })
  }
}

/** The device is being measured already. */
export class MeasurementRunningError extends BaseError {
  constructor() {
    super('The device is being measured already.', {
      code: 'DEVICE_MEASUREMENT_RUNNING',
      kind: 'conflict',
      hint: 'Ask again in some seconds.',
    })
  }
}

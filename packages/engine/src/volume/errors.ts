import { BaseError } from '@nexqloud/kernel'

/** A name that no volume, snapshot, pod or place in a pod can have. */
export class VolumeNameError extends BaseError {
  constructor(what: string, name: string) {
    super(`${JSON.stringify(name.slice(0, 100))} is no name of a ${what}.`, {
      code: 'VOLUME_NAME',
      kind: 'invalid',
      hint: 'Use the uid that the control plane gave it, and a place such as sdf.',
    })
  }
}

/** There is no such volume or snapshot in the folder. */
export class VolumeNotFoundError extends BaseError {
  constructor(what: 'volume' | 'snapshot', id: string) {
    super(`There is no ${what} ${id} on this device.`, {
      code: 'VOLUME_NOT_FOUND',
      kind: 'notFound',
      hint: 'It lives on one device alone: look there.',
    })
  }
}

/** Processes have files of it open, or it is attached where it must not be. */
export class VolumeBusyError extends BaseError {
  constructor(id: string, why: string) {
    super(`Volume ${id} ${why}.`, {
      code: 'VOLUME_BUSY',
      kind: 'conflict',
      hint: 'End what uses it in the container, or stop the instance.',
    })
  }
}

/** What the disk has is promised to others, or kept for the owner. */
export class VolumeNoRoomError extends BaseError {
  constructor(id: string, { asked, left }: { readonly asked: number; readonly left: number }) {
    super(`${id} asks for ${asked} bytes of disk; ${Math.max(0, left)} are left for volumes.`, {
      code: 'VOLUME_NO_ROOM',
      kind: 'unavailable',
      hint: 'Make a smaller one, remove volumes, or use another device.',
    })
  }
}

/** A snapshot is not what it was when it was taken. */
export class SnapshotDamagedError extends BaseError {
  constructor(id: string) {
    super(`Snapshot ${id} has another digest than when it was taken.`, {
      code: 'SNAPSHOT_DAMAGED',
      kind: 'internal',
      hint: 'The disk of this device loses data: use another snapshot.',
    })
  }
}

/** The machine did not do what it was asked. */
export class VolumeFailedError extends BaseError {
  constructor(asked: string, reason: string, cause?: unknown) {
    super(`The machine could not ${asked}: ${reason}`, {
      code: 'VOLUME_FAILED',
      kind: 'internal',
      hint: 'Look into the log of the kernel.',
      cause,
    })
  }
}

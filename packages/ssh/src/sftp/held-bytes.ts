import { BaseError, type FairPlaces } from '@nexqloud/kernel'

/** Bytes that a session holds of what its container said. */
export type HeldBytes = {
  /** @throws {@link HeldTooMuchError} */
  readonly take: (bytes: number) => void
  readonly leave: (bytes: number) => void
  /** Leaves all of them. */
  readonly close: () => void
}

/** A session would hold more than it may, so it ends. */
export class HeldTooMuchError extends BaseError {
  constructor() {
    super('The answers of this container take more memory than there is for one session.', {
      code: 'SSH_HELD_TOO_MUCH',
      kind: 'unavailable',
      hint: 'Close folders, or list smaller ones.',
    })
  }
}

/** Of what one session holds, and of what all hold together, fair among client addresses. */
export type HeldLimits = {
  readonly most: number
  readonly all: FairPlaces
  readonly address: string
}

/** Returns bytes of which none are held. */
export function createHeldBytes({ most, all, address }: HeldLimits): HeldBytes {
  let held = 0
  const leave = (bytes: number): void => {
    held -= bytes
    all.leave(address, bytes)
  }
  return {
    take: (bytes) => {
      if (held + bytes > most || all.refusal(address, bytes) !== undefined) {
        throw new HeldTooMuchError()
      }
      held += bytes
      all.take(address, bytes)
    },
    leave,
    close: () => leave(held),
  }
}

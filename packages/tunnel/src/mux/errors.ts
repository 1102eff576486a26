import { BaseError } from '@nexqloud/kernel'

import type { ResetCode } from '../frame/reset-code.ts'

/** No stream can be opened on this link, now or ever. */
export class LinkUnavailableError extends BaseError {
  constructor(message: string) {
    super(message, {
      code: 'TUNNEL_LINK_UNAVAILABLE',
      kind: 'unavailable',
      hint: 'Open the stream on another link, or when the device has dialled again.',
    })
  }
}

/** The link is over, and why. */
export class LinkEndedError extends BaseError {
  readonly resetCode: ResetCode

  constructor(resetCode: ResetCode, message: string, cause?: unknown) {
    super(message, { code: 'TUNNEL_LINK_ENDED', kind: 'unavailable', cause })
    this.resetCode = resetCode
  }
}

/** Returns the end of a link whose connection broke. */
export function createBrokenLinkError(cause?: unknown): LinkEndedError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ' without a farewell'
  return new LinkEndedError('connectError', `The connection broke${reason}.`, cause)
}

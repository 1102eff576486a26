import { BaseError } from '@nexqloud/kernel'

import type { ResetCode } from './reset-code.ts'

/** The peer broke the protocol: the link ends, and the peer is told this message. */
export class PeerViolationError extends BaseError {
  readonly resetCode: ResetCode

  constructor(resetCode: ResetCode, message: string) {
    super(message, {
      code: 'TUNNEL_PEER_VIOLATION',
      kind: 'invalid',
      hint: 'The other end is broken or hostile: update it, or leave it out.',
    })
    this.resetCode = resetCode
  }
}

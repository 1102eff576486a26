import { BaseError } from '@nexqloud/kernel'
import type { StreamReset } from '@nexqloud/tunnel'

/** A device, or the end of its link, ended a stream before it was over. */
export class StreamEndedError extends BaseError {
  constructor({ code, reason }: StreamReset) {
    super(reason === '' ? `The device ended the stream (${code}).` : reason, {
      code: 'MASTERNODE_STREAM_ENDED',
      kind: code === 'internalError' ? 'internal' : 'unavailable',
    })
  }
}

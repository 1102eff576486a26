import { BaseError } from '@nexqloud/kernel'
import type { MuxStream } from '@nexqloud/tunnel'

/** Ends a stream and says why; of a fault that nobody foresaw, that there was one. */
export function endByFailure(stream: MuxStream, error: unknown): void {
  if (error instanceof BaseError) stream.reset('refusedStream', error.message)
  else stream.reset('internalError', 'The agent has a fault.')
}

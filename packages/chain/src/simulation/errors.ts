import { BaseError } from '@nexqloud/kernel'

import type { CallQueueLimits } from './call-queue.ts'

/** A call cannot begin; the words are geth's. */
export class CallRefusedError extends BaseError {
  constructor(reason: string) {
    super(reason, { code: 'CHAIN_CALL_REFUSED', kind: 'invalid' })
  }
}

/** A call took longer than it may. */
export class CallTimeoutError extends BaseError {
  readonly limitMs: number

  constructor(limitMs: number) {
    super(`execution aborted (timeout = ${limitMs / 1000}s)`, {
      code: 'CHAIN_CALL_TIMEOUT',
      kind: 'unavailable',
      hint: 'Ask for less in one call, or give it less gas.',
    })
    this.limitMs = limitMs
  }
}

/** Too many calls wait, of this client or of all. */
export class CallsBusyError extends BaseError {
  constructor({ waiting, waitingPerClient }: CallQueueLimits) {
    super(`Too many calls wait: at most ${waitingPerClient} of a client, ${waiting} of all.`, {
      code: 'CHAIN_CALLS_BUSY',
      kind: 'unavailable',
      hint: 'Try again in a moment.',
    })
  }
}

/** The node is ending. */
export class CallsClosedError extends BaseError {
  constructor() {
    super('The node is stopping.', { code: 'CHAIN_CALLS_CLOSED', kind: 'unavailable' })
  }
}

/** A trace is larger than an answer may be. */
export class TraceTooLargeError extends BaseError {
  constructor(mostBytes: number) {
    super(`The trace has more than ${mostBytes} bytes.`, {
      code: 'CHAIN_TRACE_TOO_LARGE',
      kind: 'invalid',
      hint: 'Ask for less of it: the callTracer instead of steps, or onlyTopCall.',
    })
  }
}

import { BaseError } from '@nexqloud/kernel'

/** The life of a stream, in the words of HTTP/2 (RFC 9113, section 5.1). A stream is open from its first frame on. */
export const streamTransitions = {
  open: { sendEnd: 'halfClosedLocal', receiveEnd: 'halfClosedRemote', reset: 'closed' },
  halfClosedLocal: { receiveEnd: 'closed', reset: 'closed' },
  halfClosedRemote: { sendEnd: 'closed', reset: 'closed' },
  closed: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

/** A state of a stream. */
export type StreamState = keyof typeof streamTransitions

/** What happens to a stream. */
export type StreamEvent = 'sendEnd' | 'receiveEnd' | 'reset'

/** A stream was told what its state does not allow. */
export class IllegalStreamEventError extends BaseError {
  readonly state: StreamState
  readonly event: StreamEvent

  constructor(state: StreamState, event: StreamEvent) {
    const allowed = Object.keys(streamTransitions[state]).join(', ') || 'nothing'
    super(`A stream that is ${state} cannot ${event}; it can: ${allowed}.`, {
      code: 'TUNNEL_STREAM_EVENT_ILLEGAL',
      kind: 'conflict',
    })
    this.state = state
    this.event = event
  }
}

/**
 * Returns the state after an event.
 *
 * @throws {@link IllegalStreamEventError} where the table has none.
 */
export function nextStreamState(state: StreamState, event: StreamEvent): StreamState {
  const row: Readonly<Partial<Record<StreamEvent, StreamState>>> = streamTransitions[state]
  const next = row[event]
  if (next === undefined) throw new IllegalStreamEventError(state, event)
  return next
}

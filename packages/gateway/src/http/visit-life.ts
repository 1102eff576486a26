import { BaseError } from '@nexqloud/kernel'

/**
 * What a connection does: reads a head; holds a request until its instance is somewhere; exchanges it for an answer; lets its
 * client take what we answered; passes bytes; waits for its client to hang up.
 */
export const visitTransitions = {
  head: { send: 'exchanging', wait: 'waiting', next: 'head', drain: 'draining', end: 'ending' },
  waiting: { send: 'exchanging', wait: 'waiting', next: 'head', drain: 'draining', end: 'ending' },
  exchanging: {
    send: 'exchanging',
    wait: 'waiting',
    next: 'head',
    drain: 'draining',
    upgrade: 'raw',
    end: 'ending',
  },
  draining: { next: 'head', end: 'ending' },
  raw: {},
  ending: { end: 'ending' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

/** What a connection does. */
export type VisitState = keyof typeof visitTransitions

/** What happens to a connection. */
export type VisitEvent = 'send' | 'wait' | 'next' | 'drain' | 'upgrade' | 'end'

/** A connection was told what its state does not allow. */
export class IllegalVisitEventError extends BaseError {
  readonly state: VisitState
  readonly event: VisitEvent

  constructor(state: VisitState, event: VisitEvent) {
    const allowed = Object.keys(visitTransitions[state]).join(', ') || 'nothing'
    super(`A connection that is ${state} cannot ${event}; it can: ${allowed}.`, {
      code: 'GATEWAY_VISIT_EVENT_ILLEGAL',
      kind: 'conflict',
    })
    this.state = state
    this.event = event
  }
}

/**
 * Returns the state after an event.
 *
 * @throws {@link IllegalVisitEventError} where the table has none.
 */
export function nextVisitState(state: VisitState, event: VisitEvent): VisitState {
  const row: Readonly<Partial<Record<VisitEvent, VisitState>>> = visitTransitions[state]
  const next = row[event]
  if (next === undefined) throw new IllegalVisitEventError(state, event)
  return next
}

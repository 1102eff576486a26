import { BaseError } from '@nexqloud/kernel'
import type { Exceeded, SpanLimits } from '@nexqloud/rules'

import { FundsTooLowError, RefusedError, RevertedError } from '../transaction/errors.ts'
import type { RelayRefusal, RelayRefusalCode } from './relay-message.ts'

/** What is refused by the same words each time. */
export const refusals = {
  malformed: say('malformed', 'This is no call that is relayed: register, accept or retire.'),
  signature: say('signature', 'The owner has not signed this.'),
  contract: say(
    'signature',
    'The owner is a contract, whose code would judge the signature: send it from a wallet that pays.',
  ),
  unknown: say('unknown', 'The chain knows no such device.'),
  nonce: say('refused', 'It is signed with another number than the next one of its owner.'),
  deadline: say('refused', 'It is valid for less than a minute: sign it anew.'),
  busy: say('busy', 'Another call of this owner is on its way.', 2),
  full: say('busy', 'All places are taken.', 5),
  poor: say('unavailable', 'The masternode needs what it has for its own transactions.', 600),
} as const satisfies Record<string, RelayRefusal>

const names: Readonly<Record<string, string>> = {
  client: 'your address',
  site: 'your network',
  owner: 'this owner',
  key: 'this digital key',
  masternode: 'all together',
}

/** Returns the refusal of what exceeds a limit: how much is allowed to whom, and when to come back. */
export function explainRefusal<Name extends string>(
  { name, retryAfterSeconds }: Exceeded<Name>,
  { spanSeconds, most }: SpanLimits<Name>,
): RelayRefusal {
  const span = spanSeconds === 3600 ? 'an hour' : `${spanSeconds} s`
  const allowed = `${most[name]} calls in ${span} for ${names[name] ?? name}`
  const message = `That is all for now: at most ${allowed}. Come back in ${retryAfterSeconds} s.`
  return say('limit', message, retryAfterSeconds)
}

/** Returns the refusal of what went wrong; a stranger learns what the contract says, and nothing of what is wrong with us. */
export function refuse(error: unknown): RelayRefusal {
  if (error instanceof RefusedError) return say('refused', error.message)
  if (error instanceof RevertedError) return say('reverted', error.message)
  if (error instanceof FundsTooLowError) return refusals.poor
  const isOurs = error instanceof BaseError && error.kind === 'unavailable'
  return say('unavailable', isOurs ? 'The chain does not answer.' : 'The masternode has a fault.')
}

function say(code: RelayRefusalCode, message: string, retryAfterSeconds?: number): RelayRefusal {
  const when = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return { state: 'refused', code, message, ...when }
}

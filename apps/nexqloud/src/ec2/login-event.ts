import { randomUUID } from 'node:crypto'

import type { LoginAttempt } from '@nexqloud/ssh'
import type { RecordedEvent } from '@nexqloud/store'

/** Returns a login as the history of an instance keeps it: by the key's fingerprint. */
export function loginEventOf(
  { instance, address, user, fingerprint, by }: LoginAttempt,
  atMs: number,
): RecordedEvent {
  const [namespace = '', name = ''] = instance.split('/')
  const isIn = by !== undefined
  return {
    key: `login/${randomUUID()}`,
    subject: 'instance',
    namespace,
    name,
    podUid: '',
    device: '',
    type: isIn ? 'Normal' : 'Warning',
    cause: isIn ? 'LoggedIn' : 'LoginRefused',
    actor: 'masternode',
    message: `${user} from ${address} with ${fingerprint}: ${isIn ? by : 'no key that enters'}`,
    evidence: JSON.stringify({ address, user, fingerprint, by }),
    at: new Date(atMs),
  }
}

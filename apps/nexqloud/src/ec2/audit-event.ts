import type { AuditEntry } from '@nexqloud/ec2'
import type { RecordedEvent } from '@nexqloud/store'

/** Calls that change nothing, and were answered: there are many, and nobody asks who looked. Nor is kept who asked too often: that has no end. */
const LOOKING = /^(?:Describe|Get|List)/

/** Returns a call as the history of an account keeps it; nothing of one that only looked. */
export function auditEventOf(
  { at, requestId, accountId, principal, service, action, code, ...rest }: AuditEntry,
  namespace: string,
): RecordedEvent | undefined {
  const isDone = code === 'Success'
  if (code === 'RequestLimitExceeded' || (isDone && LOOKING.test(action))) return undefined
  const { accessKeyId, region, sourceAddress, made } = rest
  return {
    key: `call/${requestId}`,
    subject: 'account',
    namespace,
    name: accountId,
    podUid: '',
    device: '',
    type: isDone ? 'Normal' : 'Warning',
    cause: action,
    actor: principal,
    message: `${service}:${action} from ${sourceAddress}: ${code}`,
    evidence: JSON.stringify({ requestId, accessKeyId, region, made }),
    at: new Date(at),
  }
}

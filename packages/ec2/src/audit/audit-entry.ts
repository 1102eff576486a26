import type { Call } from '../door/dispatcher.ts'
import type { AuditEntry } from './audit.ts'

/** What came of a call. */
export type Outcome = Pick<AuditEntry, 'code' | 'made'> & { readonly atMs: number }

/** Returns what is told of a call that was answered. */
export function auditEntryOf(
  { service, action, caller, sourceAddress, requestId }: Call,
  { atMs, code, made }: Outcome,
): AuditEntry {
  const { account, arn: principal, accessKeyId, region } = caller
  return {
    at: new Date(atMs).toISOString(),
    requestId,
    accountId: account.id,
    principal,
    accessKeyId,
    service,
    action,
    region,
    sourceAddress,
    code,
    made,
  }
}

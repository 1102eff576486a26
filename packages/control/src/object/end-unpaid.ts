import { kinds, type KubeClient } from '@nexqloud/kube'

import { nameOf, uidOf, type Pod } from './object.ts'

/** What nobody pays for any more may take so long to end, whatever its tenant lets it: seconds. Kubernetes' own default. */
const LONGEST_GRACE_SECONDS = 30

/** What was never paid for ends at once: else a loop of new names would run in their graces for nothing. */
type Past = { readonly hadLease: boolean }

/** Whether a pod is to end, and within the time that an unpaid one has. */
export function endsSoon({ metadata = {} }: Pod, past: Past): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds <= longestGrace(past)
}

/** Ends a pod that nobody pays for; one that ends already is given no more time. */
export async function endUnpaid(
  client: Pick<KubeClient, 'delete'>,
  pod: Pod,
  past: Past = { hadLease: true },
): Promise<void> {
  const own = pod.spec?.terminationGracePeriodSeconds ?? LONGEST_GRACE_SECONDS
  const gracePeriodSeconds = Math.min(own, longestGrace(past))
  const preconditions = { uid: uidOf(pod) }
  await client.delete(kinds.pods, nameOf(pod), { gracePeriodSeconds, preconditions })
}

function longestGrace({ hadLease }: Past): number {
  return hadLease ? LONGEST_GRACE_SECONDS : 0
}

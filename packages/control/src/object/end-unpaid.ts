import { kinds, type KubeClient } from '@nexqloud/kube'

import { nameOf, uidOf, type Pod } from './object.ts'

/** What nobody pays for may take so long to end, whatever its tenant lets it: seconds. Kubernetes' own default. */
const LONGEST_GRACE_SECONDS = 30

/** Whether a pod is to end, and within the time that an unpaid one has. */
export function endsSoon({ metadata = {} }: Pod): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds <= LONGEST_GRACE_SECONDS
}

/** Ends a pod that nobody pays for; one that ends already is given no more time. */
export async function endUnpaid(client: Pick<KubeClient, 'delete'>, pod: Pod): Promise<void> {
  const own = pod.spec?.terminationGracePeriodSeconds ?? LONGEST_GRACE_SECONDS
  const gracePeriodSeconds = Math.min(own, LONGEST_GRACE_SECONDS)
  const preconditions = { uid: uidOf(pod) }
  await client.delete(kinds.pods, nameOf(pod), { gracePeriodSeconds, preconditions })
}

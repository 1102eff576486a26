import { parsePod, PodRefusedError, type PodPolicy, type PodSpec } from '@nexqloud/engine'
import type { Passage } from '@nexqloud/kernel'

import type { HeldPod } from '../book/book.ts'
import type { PodReference } from '../protocol/pod-reference.ts'

/** A pod that is to run, as far as the policy allows it. */
export type DesiredPod = PodReference & {
  readonly token: number
  /** Whether disks appear in its containers. */
  readonly takesDisks: boolean
  /** Which reboot of its containers is the last that was asked for; 0 where none was. */
  readonly reboots: number
  /** Undefined where it asks for more than it may. */
  readonly spec: PodSpec | undefined
  /** Why it was refused. */
  readonly refusal?: string
  /** Where it may send what nobody has asked it for; wherever all tenants may where it is left out. */
  readonly egress: readonly Passage[] | undefined
}

/** Returns what a held pod asks for; one that asks for too much is told so in its status, and runs nothing. */
export function readDesiredPod(
  { namespace, name, uid, token, pod, egress, takesDisks = false, reboots = 0 }: HeldPod,
  policy: PodPolicy,
): DesiredPod {
  const reference = { namespace, name, uid, token, egress, takesDisks, reboots }
  try {
    return { ...reference, spec: parsePod(pod.spec, policy) }
  } catch (error) {
    if (!(error instanceof PodRefusedError)) throw error
    return { ...reference, spec: undefined, refusal: `${error.message} ${error.hint ?? ''}`.trim() }
  }
}

import { parsePod, PodRefusedError, type PodPolicy, type PodSpec } from '@nexqloud/engine'

import type { HeldPod } from '../book/book.ts'
import type { PodReference } from '../protocol/pod-reference.ts'

/** A pod that is to run, as far as the policy allows it. */
export type DesiredPod = PodReference & {
  readonly token: number
  /** Undefined where it asks for more than it may. */
  readonly spec: PodSpec | undefined
  /** Why it was refused. */
  readonly refusal?: string
}

/** Returns what a held pod asks for; one that asks for too much is told so in its status, and runs nothing. */
export function readDesiredPod(
  { namespace, name, uid, token, pod }: HeldPod,
  policy: PodPolicy,
): DesiredPod {
  const reference = { namespace, name, uid, token }
  try {
    return { ...reference, spec: parsePod(pod.spec, policy) }
  } catch (error) {
    if (!(error instanceof PodRefusedError)) throw error
    return { ...reference, spec: undefined, refusal: `${error.message} ${error.hint ?? ''}`.trim() }
  }
}

import type { Address } from '@nexqloud/kernel'

import type { Pod } from '../object/object.ts'
import type { EventRecorder } from '../object/record-event.ts'
import { wordsOf } from './refusal-words.ts'

/** Tells a pod's tenant why nothing is billed for it. */
export function tellRefusal(
  record: EventRecorder,
  { metadata = {} }: Pick<Pod, 'metadata'>,
  { reason, account }: { readonly reason: string; readonly account: Address },
): Promise<void> {
  const message = `It runs without a lease: ${wordsOf(reason, account)} (${reason}).`
  return record({ kind: 'Pod', metadata }, { type: 'Warning', reason: 'LeaseRefused', message })
}

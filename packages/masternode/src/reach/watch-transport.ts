import type { Clock } from '@nexqloud/kernel'
import { ApiUnreachableError, type Transport } from '@nexqloud/kube'

import type { Reach } from './reach.ts'

/** Returns a transport whose calls tell whether the API is reached; a refusal is an answer, too. */
export function watchTransport(
  transport: Transport,
  { reach, clock }: { readonly reach: Reach; readonly clock: Pick<Clock, 'steadyMs'> },
): Transport {
  return {
    ...transport,
    call: async (call) => {
      const askedMs = clock.steadyMs()
      try {
        const answer = await transport.call(call)
        reach.worked()
        return answer
      } catch (failure) {
        if (!(failure instanceof ApiUnreachableError)) reach.worked()
        else if (call.signal?.aborted !== true) reach.failed(failure, askedMs)
        throw failure
      }
    },
  }
}

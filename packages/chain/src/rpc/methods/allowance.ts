import type { Caller } from '../../simulation/simulator.ts'
import { RpcError, rpcCode } from '../errors.ts'
import type { Session } from '../method.ts'
import type { MethodContext } from './context.ts'

/** What a millisecond of calling costs: whoever keeps the thread busy all the time has no allowance left for anything else. */
const COST_OF_CALL_MS = 50

/** Returns who asks for a call. */
export function callerOf(
  { charge }: Pick<MethodContext, 'charge'>,
  { client, signal }: Session,
): Caller {
  return {
    client,
    ...(signal !== undefined && { signal }),
    onRan: (ms) => charge(client, ms * COST_OF_CALL_MS),
  }
}

/**
 * Takes what the next part of a request costs.
 *
 * @throws where nobody waits for its answer any more; {@link RpcError} where the client has not enough left.
 */
export function spendOn(
  { takeCost }: Pick<MethodContext, 'takeCost'>,
  { session, cost }: { readonly session: Session; readonly cost: number },
): void {
  session.signal?.throwIfAborted()
  if (takeCost(session.client, cost)) return
  throw new RpcError(
    rpcCode.limitExceeded,
    'limit exceeded: the answer costs more than you may ask now; ask again in a moment, or for less',
  )
}

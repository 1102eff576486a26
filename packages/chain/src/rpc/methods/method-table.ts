import type { MethodTable } from '../method.ts'
import { createBlockMethods } from './block-methods.ts'
import { createCallMethods } from './call-methods.ts'
import type { MethodContext } from './context.ts'
import { createDebugMethods } from './debug-methods.ts'
import { createFeeMethods } from './fee-methods.ts'
import { createLogMethods } from './log-methods.ts'
import { createNodeMethods } from './node-methods.ts'
import { createPoolMethods } from './pool-methods.ts'
import { createStateMethods } from './state-methods.ts'
import { createSubscriptionMethods } from './subscription-methods.ts'
import { createTransactionMethods } from './transaction-methods.ts'

/** Returns every method that a node answers; none of them signs: keys stay with their owners. */
export function createMethods(context: MethodContext): MethodTable {
  return Object.freeze({
    ...createNodeMethods(context),
    ...createBlockMethods(context),
    ...createTransactionMethods(context),
    ...createStateMethods(context),
    ...createCallMethods(context),
    ...createFeeMethods(context),
    ...createLogMethods(context),
    ...createSubscriptionMethods(),
    ...createPoolMethods(context),
    ...createDebugMethods(context),
  })
}

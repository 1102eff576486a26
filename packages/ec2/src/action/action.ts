import type * as EC2 from '@aws-sdk/client-ec2'

import type { Transaction } from '../resource/transaction.ts'
import type { ActionOf, AnswerOf, InputOf } from './sdk-action.ts'

/** The name of an action of EC2, as AWS's SDK has it. */
export type Action = ActionOf<typeof EC2>

/** What an action is asked. */
export type Input<A extends Action> = InputOf<typeof EC2, A>

/** What an action answers. */
export type Answer<A extends Action> = AnswerOf<typeof EC2, A>

/**
 * What is served of EC2. Each does an action: looks at what the caller has, and says what becomes of it. Nothing is changed before it has returned, and nothing
 * where it throws. It knows nothing of forms, signatures, dry runs and repeated tokens.
 */
export type Handlers = {
  readonly [A in Action]?: (
    input: Input<A>,
    transaction: Transaction,
  ) => Answer<A> | Promise<Answer<A>>
}

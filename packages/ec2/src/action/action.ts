import type * as EC2 from '@aws-sdk/client-ec2'

import type { Transaction } from '../resource/transaction.ts'

/** The name of an action, as AWS's SDK has it. */
export type Action = {
  [Name in keyof typeof EC2]: Name extends `${infer Own}Command` ? Own : never
}[keyof typeof EC2]

type Command<A extends Action> = InstanceType<
  Extract<(typeof EC2)[`${A}Command`], new (...parameters: never[]) => unknown>
>

/** What an action is asked. */
export type Input<A extends Action> =
  Command<A> extends { readonly input: infer Asked } ? Asked : never

type Output<A extends Action> =
  Command<A> extends { resolveMiddleware: (...parameters: never[]) => infer Resolved }
    ? Resolved extends (...parameters: never[]) => Promise<{ output: infer Given }>
      ? Given
      : never
    : never

/** A value of AWS's types, whose moments may be ISO 8601 texts: so objects of the Kubernetes API have them. */
export type Loose<Type> = Type extends Date
  ? Date | string
  : Type extends Uint8Array
    ? Type
    : Type extends readonly (infer Item)[]
      ? readonly Loose<Item>[]
      : Type extends object
        ? { readonly [Field in keyof Type]: Loose<Type[Field]> }
        : Type

/** What an action answers. */
export type Answer<A extends Action> = Loose<Omit<Output<A>, '$metadata'>>

/**
 * Does an action: looks at what the caller has, and says what becomes of it. Nothing is changed before it has returned, and nothing where it throws. It
 * knows nothing of forms, signatures, dry runs and repeated tokens.
 */
export type Handler<A extends Action> = (
  input: Input<A>,
  transaction: Transaction,
) => Answer<A> | Promise<Answer<A>>

/** What is served. */
export type Handlers = { readonly [A in Action]?: Handler<A> }

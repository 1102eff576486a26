/** The name of an action of a service, as AWS's SDK of it has it: `Sdk` is the type of its package. */
export type ActionOf<Sdk> = {
  [Name in keyof Sdk]: Name extends `${infer Own}Command` ? Own : never
}[keyof Sdk]

type CommandOf<Sdk, A extends string> = InstanceType<
  Extract<Sdk[`${A}Command` & keyof Sdk], new (...parameters: never[]) => unknown>
>

/** What an action is asked. */
export type InputOf<Sdk, A extends string> =
  CommandOf<Sdk, A> extends { readonly input: infer Asked } ? Asked : never

type OutputOf<Sdk, A extends string> =
  CommandOf<Sdk, A> extends { resolveMiddleware: (...parameters: never[]) => infer Resolved }
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
export type AnswerOf<Sdk, A extends string> = Loose<Omit<OutputOf<Sdk, A>, '$metadata'>>

/** What is served of a service, over what its handlers work on. */
export type HandlersOf<Sdk, Work> = {
  readonly [A in ActionOf<Sdk>]?: (
    input: InputOf<Sdk, A>,
    work: Work,
  ) => AnswerOf<Sdk, A> | Promise<AnswerOf<Sdk, A>>
}

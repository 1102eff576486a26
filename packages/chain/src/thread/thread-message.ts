import { BaseError } from '@nexqloud/kernel'

/** A call of a method on the other side. */
export type Call = {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** Its answer. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure }

/** An error as it travels: a copy would lose its class and its fields. */
export type Failure = {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly kind?: BaseError['kind']
  readonly hint?: string
}

/** What went wrong on another thread. */
export class ThreadFailedError extends BaseError {
  /** The error's own class there. */
  readonly remoteName: string

  constructor({ name, message, code, kind, hint }: Failure) {
    super(message, {
      code: code ?? 'CHAIN_THREAD_FAILED',
      kind: kind ?? 'internal',
      ...(hint !== undefined && { hint }),
    })
    this.remoteName = name
  }
}

/** Returns an error as it can travel. */
export function errorToFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message } = error
  if (!(error instanceof BaseError)) return { name, message }
  const { code, kind, hint } = error
  return { name, message, code, kind, ...(hint !== undefined && { hint }) }
}

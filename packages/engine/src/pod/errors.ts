import { BaseError } from '@nexqloud/kernel'

/** A field that asks for more than a tenant may have, or cannot be read. */
export type Violation = {
  /** As `kubectl` names it: `spec.containers[0].securityContext.privileged`. */
  readonly field: string
  /** What was true. */
  readonly problem: string
  /** What to do. */
  readonly remedy: string
}

/** A pod that asks for more than it may; all of it is told at once. */
export class PodRefusedError extends BaseError {
  readonly violations: readonly Violation[]

  constructor(violations: readonly Violation[]) {
    const told = violations.map(({ field, problem }) => `${field} ${problem}`)
    super(`The pod was refused: ${told.join('; ')}.`, {
      code: 'ENGINE_POD_REFUSED',
      kind: 'invalid',
      hint: [...new Set(violations.map(({ remedy }) => remedy))].join(' '),
    })
    this.violations = violations
  }
}

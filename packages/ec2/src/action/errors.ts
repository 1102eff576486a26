import { BaseError } from '@nexqloud/kernel'

/** An action that is refused. The code is EC2's own: clients compare it. */
export class ActionError extends BaseError {
  /** E.g. `InvalidVolume.NotFound`. */
  readonly awsCode: string

  constructor(awsCode: string, message: string) {
    super(message, {
      code: 'EC2_ACTION',
      kind: 'invalid',
      hint: 'See the action in AWS’s own API reference: its conditions are the same here.',
    })
    this.awsCode = awsCode
  }
}

/** Returns what is said of a value that a parameter may not have. */
export function invalidValue(parameter: string, value: unknown, why = ''): ActionError {
  const said = String(value).slice(0, 100)
  const rest = why === '' ? '' : ` ${why}`
  return new ActionError(
    'InvalidParameterValue',
    `Value (${said}) for parameter ${parameter} is invalid.${rest}`,
  )
}

/** Returns what is said where a parameter has to be given. */
export function missingParameter(parameter: string): ActionError {
  return new ActionError('MissingParameter', `The request must contain the parameter ${parameter}`)
}

/** Returns what is said of parameters that exclude each other. */
export function invalidCombination(message: string): ActionError {
  return new ActionError('InvalidParameterCombination', message)
}

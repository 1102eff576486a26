import { BaseError } from '@nexqloud/kernel'

/** A filter that an action does not know, or that asks for too much. The code is EC2's own. */
export class FilterError extends BaseError {
  readonly awsCode: 'InvalidParameterValue' | 'FilterLimitExceeded'

  constructor(awsCode: FilterError['awsCode'], message: string) {
    super(message, {
      code: 'EC2_FILTER',
      kind: 'invalid',
      hint: 'See the action in AWS’s own API reference: its filters have the same names here.',
    })
    this.awsCode = awsCode
  }
}

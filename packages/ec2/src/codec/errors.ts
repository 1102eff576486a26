import { BaseError } from '@nexqloud/kernel'

/** A request that is not what its model says: the error code is EC2's own, which clients compare. */
export class RequestFormError extends BaseError {
  /** E.g. `UnknownParameter`. */
  readonly awsCode: string

  constructor(awsCode: string, message: string) {
    super(message, {
      code: 'EC2_REQUEST_FORM',
      kind: 'invalid',
      hint: 'See the action in AWS’s own API reference: the names and forms of its parameters are the same here.',
    })
    this.awsCode = awsCode
  }
}

/** A value that a handler gave and the model does not know: a fault of ours. */
export class AnswerFormError extends BaseError {
  constructor(place: string, why: string) {
    super(`An answer has ${why} at ${place}.`, {
      code: 'EC2_ANSWER_FORM',
      kind: 'internal',
      hint: 'Have the handler give what the type of its answer says.',
    })
  }
}

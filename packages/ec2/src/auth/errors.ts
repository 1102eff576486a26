import { BaseError } from '@nexqloud/kernel'

/** Why a request is nobody's: the code is AWS's own. */
export type SignatureCode =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'AuthFailure'
  | 'SignatureDoesNotMatch'
  | 'RequestExpired'
  | 'ExpiredToken'

/** A request that is not signed by somebody who has a key here. */
export class SignatureError extends BaseError {
  readonly awsCode: SignatureCode

  constructor(awsCode: SignatureCode, message: string) {
    super(message, {
      code: 'EC2_SIGNATURE',
      kind: 'unauthorized',
      hint: 'Check the access key and its secret, the clock of the machine that signs, and that no proxy changes the request or its Host.',
    })
    this.awsCode = awsCode
  }
}

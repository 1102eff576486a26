/** What clients know failures by: EC2's words, those of other services of forms, those of services of JSON. */
export type CodeWords = 'ec2' | 'query' | 'json'

/**
 * Failures that all services have, and whose code differs. Source: the common errors of the API references of EC2, IAM, STS and Systems Manager.
 */
const codes: Readonly<Record<string, Partial<Readonly<Record<CodeWords, string>>>>> = {
  AuthFailure: { query: 'InvalidClientTokenId', json: 'UnrecognizedClientException' },
  SignatureDoesNotMatch: { json: 'InvalidSignatureException' },
  IncompleteSignature: { json: 'IncompleteSignatureException' },
  MissingAuthenticationToken: { json: 'MissingAuthenticationTokenException' },
  RequestExpired: { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' },
  ExpiredToken: { ec2: 'RequestExpired', json: 'ExpiredTokenException' },
  UnauthorizedOperation: { query: 'AccessDenied', json: 'AccessDeniedException' },
  RequestLimitExceeded: { query: 'Throttling', json: 'ThrottlingException' },
  InternalError: { query: 'InternalFailure', json: 'InternalServerError' },
}

/** Returns a code in the words of a protocol. */
export function codeIn(words: CodeWords, awsCode: string): string {
  const own = Object.hasOwn(codes, awsCode) ? codes[awsCode] : undefined
  return own?.[words] ?? awsCode
}

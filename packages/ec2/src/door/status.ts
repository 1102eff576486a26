/** HTTP statuses of the codes that do not answer with 400. Source: the API references of EC2 and IAM. */
const statuses: Readonly<Record<string, number>> = {
  AuthFailure: 401,
  MissingAuthenticationToken: 403,
  SignatureDoesNotMatch: 403,
  UnauthorizedOperation: 403,
  AccessDenied: 403,
  InvalidClientTokenId: 403,
  ExpiredToken: 403,
  NoSuchEntity: 404,
  EntityAlreadyExists: 409,
  DeleteConflict: 409,
  LimitExceeded: 409,
  DryRunOperation: 412,
  InternalError: 500,
  InternalFailure: 500,
  InternalServerError: 500,
  InsufficientInstanceCapacity: 500,
  RequestLimitExceeded: 503,
  Throttling: 400,
  Unavailable: 503,
}

/** Returns the HTTP status that a code is told with. */
export function statusOf(awsCode: string): number {
  return statuses[awsCode] ?? 400
}

import { StatusError, statusError } from '../status-error.ts'
import { ObjectTooLargeError, RevisionExpiredError, StoreFailedError } from '../store/errors.ts'
import { answer, type ApiResponse } from './request.ts'

/** Returns the answer to what failed; what should not have happened is told to whoever logs it. */
export function answerFailure(
  failure: unknown,
  onInternalError: (failure: unknown) => void,
): ApiResponse {
  const { status, reason } = toStatusError(failure)
  if (reason === 'InternalError') onInternalError(failure)
  const seconds = status.details?.retryAfterSeconds
  const response = answer(status.code, status)
  return seconds === undefined
    ? response
    : { ...response, headers: { 'retry-after': String(seconds) } }
}

/** Returns a failure as the API tells it. */
function toStatusError(failure: unknown): StatusError {
  if (failure instanceof StatusError) return failure
  if (failure instanceof RevisionExpiredError) return statusError('Expired', failure.message)
  if (failure instanceof ObjectTooLargeError) {
    return statusError('RequestEntityTooLarge', failure.message)
  }
  if (failure instanceof StoreFailedError) return statusError('ServiceUnavailable', failure.message)
  return statusError('InternalError', 'The server failed, and has logged why.')
}

import { BaseError } from '@nexqloud/kernel'
import { StatusError, type ContainerTarget } from '@nexqloud/kube'

type Refusal = { readonly code: number; readonly reason: string; readonly message: string }

function refuse({ code, reason, message }: Refusal, hint?: string): StatusError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
  return new StatusError({ ...status, code, reason, message }, hint)
}

/** Returns the refusal of a log of an earlier run of a container. */
export function refusePrevious({ container }: ContainerTarget): StatusError {
  const message = `container ${container} keeps one log: a restart goes on in it`
  return refuse({ code: 400, reason: 'BadRequest', message }, 'Ask without --previous.')
}

/** Returns what a client is told of a stream that failed. */
export function streamFailure(failure: unknown): unknown {
  if (failure instanceof StatusError) return failure
  if (failure instanceof BaseError) {
    return refuse({ code: 503, reason: 'ServiceUnavailable', message: failure.message })
  }
  if (failure instanceof RangeError || failure instanceof SyntaxError) {
    return refuse({ code: 502, reason: 'InternalError', message: failure.message })
  }
  return failure
}

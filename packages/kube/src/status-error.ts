import { BaseError } from '@nexqloud/kernel'

/** Why the API refuses, with the HTTP status of each reason and what sort of failure it is. */
const reasons = {
  BadRequest: [400, 'invalid'],
  Unauthorized: [401, 'unauthorized'],
  Forbidden: [403, 'unauthorized'],
  NotFound: [404, 'notFound'],
  MethodNotAllowed: [405, 'invalid'],
  NotAcceptable: [406, 'invalid'],
  AlreadyExists: [409, 'conflict'],
  Conflict: [409, 'conflict'],
  Expired: [410, 'conflict'],
  RequestEntityTooLarge: [413, 'invalid'],
  UnsupportedMediaType: [415, 'invalid'],
  Invalid: [422, 'invalid'],
  TooManyRequests: [429, 'unavailable'],
  InternalError: [500, 'internal'],
  ServiceUnavailable: [503, 'unavailable'],
  Timeout: [504, 'unavailable'],
} as const

/** Why the API refuses. */
export type StatusReason = keyof typeof reasons

/** One field that is wrong, or one reason more. */
export type Cause = {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

/** What a refusal is about. */
export type StatusDetails = {
  readonly name?: string
  readonly group?: string
  /** The plural of the resource; the kind where fields are wrong. */
  readonly kind?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

/** The `Status` object of `meta/v1`, as it travels. */
export type Status = {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: object
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code: number
}

/** The API refused; `status` is what a client gets. */
export class StatusError extends BaseError {
  readonly status: Status
  readonly reason: string

  constructor(status: Status, hint?: string) {
    const [, kind] = rowOf(status)
    super(status.message ?? `The server answered ${status.code}.`, {
      code: `KUBE_${(status.reason ?? 'Unknown').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`,
      kind,
      ...(hint === undefined ? {} : { hint }),
    })
    this.status = status
    this.reason = status.reason ?? ''
  }
}

/** Whether the API refuses the same again: not for want of time, or for a fault of its own. */
export function isRefusedForGood(failure: unknown): failure is StatusError {
  const isForNow = ['unavailable', 'internal']
  return failure instanceof StatusError && !isForNow.includes(failure.kind)
}

/** Returns the refusal for a reason. */
export function statusError(
  reason: StatusReason,
  message: string,
  more: { readonly details?: StatusDetails; readonly hint?: string } = {},
): StatusError {
  const { details } = more
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code: reasons[reason][0],
  }
  return new StatusError(status, more.hint)
}

/** Returns the answer to what succeeded and has nothing else to tell. */
export function successStatus(code: number, details?: StatusDetails): Status {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as const
  return details === undefined ? { ...status, code } : { ...status, details, code }
}

function rowOf({ reason, code }: Status): (typeof reasons)[StatusReason] {
  const known = Object.entries(reasons).find(([name]) => name === reason)
  const near = known ?? Object.entries(reasons).find(([, [row]]) => row === code)
  return near?.[1] ?? reasons.InternalError
}

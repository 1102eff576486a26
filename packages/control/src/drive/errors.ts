import { BaseError } from '@nexqloud/kernel'
import { StatusError } from '@nexqloud/kube'

/** A device spoke of a pod that is not, or not any more, its own. */
export class StaleReportError extends BaseError {
  readonly device: string
  readonly uid: string

  constructor(device: string, uid: string, why: string) {
    super(`${device} reported on pod ${uid}, which ${why}.`, {
      code: 'CONTROL_STALE_REPORT',
      kind: 'conflict',
      hint: 'Nothing was written. A device that goes on so after an assignment has a fault, or lies.',
    })
    this.device = device
    this.uid = uid
  }
}

/** Returns what a client gets that wants a stream of a device that is away. */
export function deviceAway(device: string): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: 'ServiceUnavailable',
    message: `device ${device} is not connected`,
    code: 503,
  })
}

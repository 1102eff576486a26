import { BaseError } from '@nexqloud/kernel'

/** The kernel did not take what tenants are to have. */
export class GroupFailedError extends BaseError {
  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`What tenants may use could not be set: ${file}: ${reason}`, {
      code: 'DEVICE_GROUP_FAILED',
      kind: 'unavailable',
      hint: "Run the agent as root, with the machine's own /sys/fs/cgroup writable. It is tried again each second.",
      cause,
    })
  }
}

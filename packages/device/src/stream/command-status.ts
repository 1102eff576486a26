/** How a command ended: the part of core/v1 Status that `kubectl exec` reads. */
export type CommandStatus = {
  readonly status: 'Success' | 'Failure'
  readonly reason?: string
  readonly message?: string
  readonly details?: {
    readonly causes: readonly { readonly reason: string; readonly message: string }[]
  }
}

export const SUCCESS: CommandStatus = { status: 'Success' }

/** Returns the status of a command that ended with this code. */
export function statusOfExit(code: number): CommandStatus {
  if (code === 0) return SUCCESS
  return {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with exit code ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
  }
}

/** Returns a status as it travels. */
export function formatStatus(status: CommandStatus): Buffer {
  return Buffer.from(JSON.stringify({ metadata: {}, ...status }))
}

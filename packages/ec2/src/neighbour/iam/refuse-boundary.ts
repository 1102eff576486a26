import { ActionError } from '../../action/errors.ts'

/** A boundary that nobody minds would let through what was to be barred: there is none here, and whoever asks for one hears so. */
export function refuseBoundary({
  PermissionsBoundary,
}: {
  readonly PermissionsBoundary?: string | undefined
}): void {
  if (PermissionsBoundary === undefined) return
  throw new ActionError('UnsupportedOperation', 'Permissions boundaries are not served here.')
}

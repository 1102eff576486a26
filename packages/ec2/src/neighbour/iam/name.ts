import { ActionError } from '../../action/errors.ts'

/** What a name may be. Source: IAM's user guide, IAM and STS quotas. */
const limits = { UserName: 64, RoleName: 64, InstanceProfileName: 128, PolicyName: 128 } as const

/**
 * Returns a name.
 *
 * @throws {@link ActionError} `ValidationError` where it may not be one.
 */
export function parseName(parameter: keyof typeof limits, name: string | undefined): string {
  const most = limits[parameter]
  if (name !== undefined && name.length <= most && /^[\w+=,.@-]+$/.test(name)) return name
  throw validation(
    `The specified value for ${lowerFirst(parameter)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_- and have at most ${most}.`,
  )
}

/**
 * Returns a path; a slash where none is given.
 *
 * @throws {@link ActionError} `ValidationError` where it may not be one.
 */
export function parsePath(path = '/'): string {
  if (path.length <= 512 && /^\/([\x21-\x7e]+\/)?$/.test(path)) return path
  throw validation(
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  )
}

/** Returns what is said of a value that may not be. */
export function validation(message: string): ActionError {
  return new ActionError('ValidationError', message)
}

/** Returns what is said where there is none of a name. */
export function noSuchEntity(message: string): ActionError {
  return new ActionError('NoSuchEntity', message)
}

/** Returns what is said where something else has to go first. */
export function deleteConflict(message: string): ActionError {
  return new ActionError('DeleteConflict', `Cannot delete entity, must ${message} first.`)
}

/** Throws where there are as many as there may be. */
export function assertBelow(quota: string, most: number, count: number): void {
  if (count < most) return
  throw new ActionError('LimitExceeded', `Cannot exceed quota for ${quota}: ${most}`)
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

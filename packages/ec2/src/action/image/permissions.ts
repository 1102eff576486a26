import type * as EC2 from '@aws-sdk/client-ec2'

import type { ImageSpec } from '../../resource/kinds.ts'
import type { Input } from '../action.ts'
import { ActionError } from '../errors.ts'

/** Who may launch an image besides its owner: everybody, or an account. */
export type Permission = EC2.LaunchPermission

/** An image is one object: those who may launch it are not without number. */
const MOST_PERMISSIONS = 1000

/** What changes of them. */
export type PermissionChange = {
  readonly Add?: readonly Permission[] | undefined
  readonly Remove?: readonly Permission[] | undefined
}

/** Returns whether everybody may launch an image. */
export function isPublic({ LaunchPermissions = [] }: ImageSpec): boolean {
  return LaunchPermissions.some(({ Group }) => Group === 'all')
}

/** Returns whether an image is shared with an account by its id. */
export function isSharedWith({ LaunchPermissions = [] }: ImageSpec, account: string): boolean {
  return LaunchPermissions.some(({ UserId }) => UserId === account)
}

/** Returns the change that a request asks for, in the old form of it or in the new one. */
export function readPermissionChange(input: Input<'ModifyImageAttribute'>): PermissionChange {
  const { LaunchPermission, OperationType } = input
  if (LaunchPermission !== undefined) return LaunchPermission
  const named: readonly Permission[] = [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.UserGroups ?? []).map((Group) => ({ Group: Group as 'all' })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({
      OrganizationalUnitArn,
    })),
  ]
  return OperationType === 'remove' ? { Remove: named } : { Add: named }
}

/**
 * Returns the permissions after a change; what is there is not added, and what is not there not removed.
 *
 * @throws {@link ActionError} for what is no account and no group.
 */
export function changePermissions(
  permissions: readonly Permission[],
  { Add = [], Remove = [] }: PermissionChange,
): readonly Permission[] {
  for (const each of [...Add, ...Remove]) assertPermission(each)
  const merged = new Map(permissions.map((each) => [keyOf(each), each]))
  for (const each of Add) merged.set(keyOf(each), each)
  for (const each of Remove) merged.delete(keyOf(each))
  if (merged.size <= MOST_PERMISSIONS) return [...merged.values()]
  throw new ActionError(
    'ResourceLimitExceeded',
    `An image has ${MOST_PERMISSIONS} launch permissions at most.`,
  )
}

function keyOf({ Group, UserId, OrganizationArn, OrganizationalUnitArn }: Permission): string {
  return JSON.stringify([Group, UserId, OrganizationArn, OrganizationalUnitArn])
}

function assertPermission({ Group, UserId }: Permission): void {
  if (UserId !== undefined && !/^\d{12}$/.test(UserId)) throw invalidItem(UserId, 'userId')
  if (Group !== undefined && Group !== 'all') throw invalidItem(Group, 'userGroup')
}

function invalidItem(value: string, type: string): ActionError {
  return new ActionError(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${value.slice(0, 100)}" for ${type} item type.`,
  )
}

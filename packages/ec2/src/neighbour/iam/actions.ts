import type { Seal } from '../../account/seal.ts'
import { createAccessKeyActions } from './access-keys.ts'
import type { IamHandlers } from './handlers.ts'
import { instanceProfileActions } from './instance-profiles.ts'
import { roleActions } from './roles.ts'
import { userActions } from './users.ts'

/** Returns what is served of IAM. */
export function createIamActions(seal: Seal): IamHandlers {
  return {
    ...userActions,
    ...createAccessKeyActions(seal),
    ...roleActions,
    ...instanceProfileActions,
  }
}

import type { Handlers } from './action.ts'
import { keyPairActions } from './key-pair/actions.ts'
import { launchTemplateActions } from './launch-template/actions.ts'
import { placeActions } from './place/actions.ts'
import { routeActions } from './route/actions.ts'
import { securityGroupActions } from './security-group/actions.ts'
import { subnetActions } from './subnet/actions.ts'
import { tagActions } from './tag/actions.ts'
import { vpcActions } from './vpc/actions.ts'

/** All actions that are served, each in the folder of what it is about. */
export const ec2Actions: Handlers = {
  ...keyPairActions,
  ...launchTemplateActions,
  ...placeActions,
  ...routeActions,
  ...securityGroupActions,
  ...subnetActions,
  ...tagActions,
  ...vpcActions,
}

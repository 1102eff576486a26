import { accountActions } from './account/actions.ts'
import type { Handlers } from './action.ts'
import { addressActions } from './address/actions.ts'
import { imageActions } from './image/actions.ts'
import { instanceTypeActions } from './instance-type/actions.ts'
import { instanceActions } from './instance/actions.ts'
import { keyPairActions } from './key-pair/actions.ts'
import { launchTemplateActions } from './launch-template/actions.ts'
import { networkInterfaceActions } from './network-interface/actions.ts'
import { placeActions } from './place/actions.ts'
import { routeActions } from './route/actions.ts'
import { securityGroupActions } from './security-group/actions.ts'
import { snapshotActions } from './snapshot/actions.ts'
import { spotActions } from './spot/actions.ts'
import { subnetActions } from './subnet/actions.ts'
import { tagActions } from './tag/actions.ts'
import { volumeActions } from './volume/actions.ts'
import { vpcActions } from './vpc/actions.ts'

/** All actions that are served, each in the folder of what it is about. */
export const ec2Actions: Handlers = {
  ...accountActions,
  ...addressActions,
  ...imageActions,
  ...instanceTypeActions,
  ...instanceActions,
  ...keyPairActions,
  ...launchTemplateActions,
  ...networkInterfaceActions,
  ...placeActions,
  ...routeActions,
  ...securityGroupActions,
  ...snapshotActions,
  ...spotActions,
  ...subnetActions,
  ...tagActions,
  ...volumeActions,
  ...vpcActions,
}

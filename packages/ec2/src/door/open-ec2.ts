import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import type { FindKey } from '../account/access-key.ts'
import { ec2Actions } from '../action/actions.ts'
import { openRegion } from '../action/vpc/open-region.ts'
import type { Machines } from '../machine/machines.ts'
import type { PublicAddresses } from '../address/public-addresses.ts'
import { loadEc2Model } from '../model/ec2-model.ts'
import { RequestLog } from '../request/request-log.ts'
import { defineEc2Kinds } from '../resource/define-kinds.ts'
import { ResourceView } from '../resource/resource-view.ts'
import { Dispatcher, type DispatcherParts } from './dispatcher.ts'
import { createDoor } from './door.ts'
import { createQueryService } from './query-service.ts'
import type { Region } from './region.ts'
import type { DoorAnswer, DoorRequest } from './service-door.ts'

/** What the EC2-compatible API stands on. */
export type Ec2Options = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly regions: readonly Region[]
  readonly publicAddresses: PublicAddresses
  readonly findKey: FindKey
  readonly machines: Machines
  readonly authorize: DispatcherParts['authorize']
  /** Told of what failed, and of faults of ours with the id of the request. */
  readonly onFailure: (failure: unknown, requestId?: string) => void
}

/** The EC2-compatible API, without the port that is listened on. */
export type Ec2 = {
  readonly answer: (request: DoorRequest) => Promise<DoorAnswer>
  readonly close: () => Promise<void>
}

/** Opens the EC2-compatible API over a Kubernetes API: what was accepted before is finished first. */
export async function openEc2(options: Ec2Options): Promise<Ec2> {
  const { client, clock, regions, findKey, machines, authorize, onFailure } = options
  const over = new AbortController()
  await defineEc2Kinds(client)
  const view = new ResourceView({ client, clock, onFailure })
  const following = view.run(over.signal)
  const log = new RequestLog(client, (write, object) => view.takeWritten(write, object))
  await log.finish()
  await view.sync()
  const dispatcher = new Dispatcher({
    handlers: ec2Actions,
    regions,
    machines,
    view,
    log,
    clock,
    publicAddresses: options.publicAddresses,
    openRegion,
    authorize,
  })
  const services = {
    ec2: createQueryService(loadEc2Model(), 'ec2', (call) => dispatcher.dispatch(call)),
  }
  const onFault = onFailure
  return {
    answer: createDoor({ services, regions, findKey, clock, onFault }),
    close: async () => {
      over.abort()
      await following
    },
  }
}

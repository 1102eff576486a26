import type { Fields } from '../codec/read-query.ts'
import { loadEc2Model } from '../model/ec2-model.ts'
import { loadNeighbourModel } from '../model/neighbour-models.ts'
import type { Call } from './dispatcher.ts'
import { createJsonService } from './json-service.ts'
import { createQueryService } from './query-service.ts'
import type { ServiceDoor } from './service-door.ts'

/** Returns EC2 and the services beside it, by the names that are signed, each in the protocol of its clients. */
export function createServices(
  dispatch: (call: Call) => Promise<Fields>,
): Readonly<Record<string, ServiceDoor>> {
  return {
    ec2: createQueryService('ec2', loadEc2Model(), dispatch),
    sts: createQueryService('sts', loadNeighbourModel('sts'), dispatch),
    iam: createQueryService('iam', loadNeighbourModel('iam'), dispatch),
    ssm: createJsonService('ssm', loadNeighbourModel('ssm'), dispatch),
    servicequotas: createJsonService(
      'servicequotas',
      loadNeighbourModel('servicequotas'),
      dispatch,
    ),
    'ec2-instance-connect': createJsonService(
      'ec2-instance-connect',
      loadNeighbourModel('ec2-instance-connect'),
      dispatch,
    ),
  }
}

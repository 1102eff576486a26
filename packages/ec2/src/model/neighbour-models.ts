import connect from '../generated/ec2-instance-connect.json' with { type: 'json' }
import iam from '../generated/iam.json' with { type: 'json' }
import quotas from '../generated/servicequotas.json' with { type: 'json' }
import ssm from '../generated/ssm.json' with { type: 'json' }
import sts from '../generated/sts.json' with { type: 'json' }
import { linkModel, type ModelDocument, type ServiceModel } from './service-model.ts'

const documents = { sts, iam, ssm, servicequotas: quotas, 'ec2-instance-connect': connect } as const

/** A service beside EC2, by the name that is signed. */
export type Neighbour = keyof typeof documents

/** Returns what a service beside EC2 can be asked. */
export function loadNeighbourModel(name: Neighbour): ServiceModel {
  return linkModel(documents[name] as unknown as ModelDocument)
}

import document from '../generated/ec2.json' with { type: 'json' }
import { linkModel, type ModelDocument, type ServiceModel } from './service-model.ts'

/** Returns what EC2 can be asked here. Linking it takes some milliseconds: it is done once. */
export function loadEc2Model(): ServiceModel {
  return linkModel(document as unknown as ModelDocument)
}

import type { Call } from '../door/dispatcher.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { ec2Needs } from './ec2-access.ts'
import { iamNeeds } from './iam-access.ts'

/** What has to be allowed for a call. */
export type Need = {
  /** E.g. `ec2:RunInstances`. */
  readonly action: string
  /** An ARN, or `*` where it is about nothing that has one. */
  readonly resource: string
  /** Of the resource, by their keys; of one that is only made none. */
  readonly tags?: Readonly<Record<string, string>>
  /** The tags that it is to be made with; all of the request's where it is not made, or has no type of its own. */
  readonly asked?: Readonly<Record<string, string>>
}

/** Returns all that has to be allowed for a call; nothing where anybody with a key may. */
export function neededAccess(call: Call, view: ResourceView): readonly Need[] {
  const { service, action, caller, input } = call
  if (service === 'ec2') return ec2Needs(call, view)
  if (service === 'iam') return iamNeeds(call, view)
  // Who somebody is, and a key for a while, anybody may ask for who has a key: source, STS's API reference.
  if (service === 'sts') return []
  const own = { action: `${service}:${action}` }
  const { region, account } = caller
  if (service === 'ssm') {
    const names = [input['Name'], input['Names']].flat().filter((name) => typeof name === 'string')
    return names.map((name) => ({ ...own, resource: `arn:aws:ssm:${region}::parameter${name}` }))
  }
  if (service === 'ec2-instance-connect' && typeof input['InstanceId'] === 'string') {
    const resource = `arn:aws:ec2:${region}:${account.id}:instance/${input['InstanceId']}`
    return [{ ...own, resource }]
  }
  const { ServiceCode, QuotaCode } = input
  if (typeof ServiceCode === 'string' && typeof QuotaCode === 'string') {
    const resource = `arn:aws:servicequotas:${region}:${account.id}:${ServiceCode}/${QuotaCode}`
    return [{ ...own, resource }]
  }
  return [{ ...own, resource: '*' }]
}

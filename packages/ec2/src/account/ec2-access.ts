import { isImageName } from '../action/image/find-image.ts'
import type { Call } from '../door/dispatcher.ts'
import { isReading } from '../door/request-limits.ts'
import type { Value } from '../model/shape.ts'
import { ec2Kinds, kindOfId, type KeyPairSpec } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { tagsOf, type Resource } from '../resource/resource.ts'
import { GLOBAL_REGION, placeOf, type Caller } from './caller.ts'
import { iamKinds } from './kinds.ts'
import { idsOfNames } from './named-ids.ts'
import type { Need } from './needed-access.ts'
import { specificationsIn, tagsAskedFor } from './request-tags.ts'
import { arnOfId, ec2Arn, iamArn } from './resource-arn.ts'

/** What actions make. Source: the service authorization reference of EC2. */
const made: Readonly<Record<string, readonly string[]>> = {
  RunInstances: ['instance', 'network-interface', 'volume'],
  AllocateAddress: ['elastic-ip'],
  CopyImage: ['image'],
  CreateDefaultVpc: ['vpc'],
  CreateImage: ['image', 'snapshot'],
  CreateLaunchTemplate: ['launch-template'],
  CreateNetworkInterface: ['network-interface'],
  CreateSecurityGroup: ['security-group'],
  CreateSnapshot: ['snapshot'],
  CreateSubnet: ['subnet'],
  CreateVolume: ['volume'],
  CreateVpc: ['vpc'],
  RegisterImage: ['image'],
  RequestSpotInstances: ['spot-instances-request'],
}

/** Actions that name key pairs by their names. */
const ofKeyPairs: ReadonlySet<string> = new Set([
  'CreateKeyPair',
  'ImportKeyPair',
  'DeleteKeyPair',
  'RequestSpotInstances',
  'RunInstances',
])

/**
 * Returns what has to be allowed for an action of EC2: it on each resource that it names or makes, tagging where it tags what it makes, passing
 * a role where it gives one to an instance. What describes has no resources.
 */
export function ec2Needs(call: Call, view: ResourceView): readonly Need[] {
  const { action, caller, input } = call
  const own = `ec2:${action}`
  const hasNone = isReading(action) && !/^Get|^Describe(Instance|Image|Vpc)Attribute$/.test(action)
  if (hasNone) return [{ action: own, resource: '*' }]
  const ids = new Set([...textsIn(input), ...idsOfNames(call, view)])
  const named = [...ids].flatMap((id) => needOfId(view, caller, { action: own, id }))
  const news = (made[action] ?? []).map((type) => ({
    action: own,
    resource: ec2Arn(caller, type, '*'),
    asked: tagsAskedFor(input, type),
  }))
  const all = [...named, ...keyNeeds(call, view), ...imageNeeds(call), ...news]
  return [
    ...(all.length === 0 ? [{ action: own, resource: '*' }] : all),
    ...taggingNeeds(call),
    ...passingNeeds(call, view),
  ]
}

function needOfId(
  view: ResourceView,
  caller: Caller,
  { action, id }: { readonly action: string; readonly id: string },
): readonly Need[] {
  const [kind, resource] = [kindOfId(id), arnOfId(caller, id)]
  if (kind === undefined || resource === undefined) return []
  if (kind.plural === ec2Kinds.keyPairs.plural) {
    const key = view.get(ec2Kinds.keyPairs, placeOf(caller), id)
    return key === undefined ? [] : [needOfKey(caller, action, key)]
  }
  const found = view.get(kind, placeOf(caller), id)
  return [{ action, resource, ...(found && { tags: tagsOf(found) }) }]
}

/** A key pair's ARN has its name, also where it is asked for by its id; one that is not there yet has no tags. */
function keyNeeds({ action, caller, input }: Call, view: ResourceView): readonly Need[] {
  const { KeyName: name } = input
  if (!ofKeyPairs.has(action) || typeof name !== 'string') return []
  const own = `ec2:${action}`
  const all = view.list(ec2Kinds.keyPairs, placeOf(caller))
  const found = all.find(({ spec }) => spec.KeyName === name)
  if (found !== undefined) return [needOfKey(caller, own, found)]
  return [{ action: own, resource: ec2Arn(caller, 'key-pair', name) }]
}

/** An image of a registry has no id: its ARN has its name. Only launches say one. */
function imageNeeds({ action, caller, input: { ImageId } }: Call): readonly Need[] {
  if (typeof ImageId !== 'string' || !isImageName(ImageId)) return []
  return [{ action: `ec2:${action}`, resource: ec2Arn(caller, 'image', ImageId) }]
}

function needOfKey(caller: Caller, action: string, key: Resource<KeyPairSpec>): Need {
  const resource = ec2Arn(caller, 'key-pair', key.spec.KeyName ?? '')
  return { action, resource, tags: tagsOf(key) }
}

function taggingNeeds({ action, caller, input }: Call): readonly Need[] {
  const types = new Set(
    specificationsIn(input).map(({ ResourceType = made[action]?.[0] ?? '*' }) => ResourceType),
  )
  return [...types].map((type) => ({
    action: 'ec2:CreateTags',
    resource: ec2Arn(caller, type, '*'),
    asked: tagsAskedFor(input, type),
  }))
}

/** Whoever gives an instance a role could do through it what the role may. */
function passingNeeds({ action, caller, input }: Call, view: ResourceView): readonly Need[] {
  if (action !== 'RunInstances' && action !== 'RequestSpotInstances') return []
  const global = { namespace: caller.account.namespace, region: GLOBAL_REGION }
  const profiles = view.list(iamKinds.instanceProfiles, global)
  return profilesIn([input, templatesOf(view, caller, input)])
    .map((name) => profiles.find(({ spec }) => [spec.InstanceProfileName, spec.Arn].includes(name)))
    .flatMap((profile) => {
      const role = profile?.spec.RoleId?.toLowerCase()
      const found = role === undefined ? undefined : view.get(iamKinds.roles, global, role)
      const resource = found?.spec.Arn ?? iamArn(caller.account.id, 'role', { name: '*' })
      return [{ action: 'iam:PassRole', resource }]
    })
}

/** All versions of the template that is named: whichever is taken. */
function templatesOf(view: ResourceView, caller: Caller, input: Call['input']): Value {
  const asked = (input['LaunchTemplate'] ?? {}) as Readonly<Record<string, unknown>>
  const place = placeOf(caller)
  const found = view.list(ec2Kinds.launchTemplates, place).find(({ id, spec }) => {
    return (
      id === asked['LaunchTemplateId'] || spec.LaunchTemplateName === asked['LaunchTemplateName']
    )
  })
  return found?.spec.Versions ?? []
}

function profilesIn(value: Value | undefined): readonly string[] {
  if (typeof value !== 'object' || value instanceof Uint8Array || value instanceof Date) return []
  return Object.entries(value).flatMap(([name, each]) => {
    if (name !== 'IamInstanceProfile') return profilesIn(each)
    const { Arn, Name } = each as { readonly Arn?: string; readonly Name?: string }
    return [Arn ?? Name ?? '']
  })
}

/** Texts anywhere in what is asked: ids are among them. */
function textsIn(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value instanceof Uint8Array || value instanceof Date) return []
  return Object.values(value).flatMap((each) => textsIn(each))
}

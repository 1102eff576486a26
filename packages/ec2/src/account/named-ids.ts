import type { Call } from '../door/dispatcher.ts'
import { ec2Kinds, type Ec2Kind, type Tagged } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { placeOf } from './caller.ts'

/** What these name is not there yet. */
const namingNew: ReadonlySet<string> = new Set(['CreateSecurityGroup', 'CreateLaunchTemplate'])

/**
 * Returns the ids of what a call names otherwise: an address by itself or by its association, a group and a template by their names. Nobody is to go
 * around what is said of a resource by another name of it.
 */
export function idsOfNames({ action, caller, input }: Call, view: ResourceView): readonly string[] {
  if (namingNew.has(action)) return []
  const place = placeOf(caller)
  const { LaunchTemplateName: ofLaunch } = (input['LaunchTemplate'] ?? {}) as Call['input']
  const said = (...names: readonly string[]): ReadonlySet<unknown> =>
    new Set(names.flatMap((name) => input[name] ?? []))
  const idsOf = <Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    names: ReadonlySet<unknown>,
    isNamed: (spec: Spec) => boolean,
  ): readonly string[] => {
    if (names.size === 0) return []
    const found = view.list(kind, place).filter(({ spec }) => isNamed(spec))
    return found.map(({ id }) => id)
  }
  const addresses = said('PublicIp', 'AssociationId')
  // Names of groups are the same whatever their letters' case.
  const groups = new Set(
    [...said('GroupName', 'SecurityGroups')].map((name) => String(name).toLowerCase()),
  )
  const templates = new Set([...said('LaunchTemplateName'), ...[ofLaunch ?? []].flat()])
  return [
    ...idsOf(
      ec2Kinds.addresses,
      addresses,
      ({ PublicIp, AssociationId = '' }) => addresses.has(PublicIp) || addresses.has(AssociationId),
    ),
    ...idsOf(ec2Kinds.securityGroups, groups, ({ GroupName }) =>
      groups.has(GroupName.toLowerCase()),
    ),
    ...idsOf(ec2Kinds.launchTemplates, templates, ({ LaunchTemplateName }) =>
      templates.has(LaunchTemplateName),
    ),
  ]
}

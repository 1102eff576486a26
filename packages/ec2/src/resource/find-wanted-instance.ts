import type { Region } from '../door/region.ts'
import type { MachineName } from '../machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from './kinds.ts'
import type { Place, ResourceView } from './resource-view.ts'
import type { Resource } from './resource.ts'

/** Returns the instance of a name, in whichever region it is, and where that is; nothing of one that is over. */
export function findWantedInstance(
  view: Pick<ResourceView, 'get'>,
  regions: readonly Region[],
  { namespace, id }: MachineName,
): { readonly place: Place; readonly instance: Resource<InstanceSpec> } | undefined {
  for (const { name: region } of regions) {
    const place = { namespace, region }
    const instance = view.get(ec2Kinds.instances, place, id)
    if (instance !== undefined && instance.spec.Goal !== 'terminated') return { place, instance }
  }
  return undefined
}

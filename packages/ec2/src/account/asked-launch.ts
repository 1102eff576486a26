import { USUAL_TYPE } from '../action/instance-type/instance-types.ts'
import { mergeLaunch, type LaunchInput } from '../action/launch-template/launch-input.ts'
import { findVersion, type TemplateData } from '../action/launch-template/versions.ts'
import type { Call } from '../door/dispatcher.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { placeOf } from './caller.ts'

/**
 * Returns a call as it is judged: a launch with what its template says, and the type that it gets. Whoever could say in a template what a policy
 * minds would go around the policy.
 */
export function askedLaunch(call: Call, view: ResourceView): Call {
  const { service, action, input } = call
  if (service !== 'ec2') return call
  if (action === 'RequestSpotInstances') {
    const specified = (input['LaunchSpecification'] ?? {}) as Call['input']
    const { InstanceType = USUAL_TYPE } = specified
    return { ...call, input: { ...specified, ...input, InstanceType } }
  }
  if (action !== 'RunInstances') return call
  const merged = mergeLaunch(templateOf(call, view), input as LaunchInput) as Call['input']
  return { ...call, input: { ...merged, InstanceType: merged['InstanceType'] ?? USUAL_TYPE } }
}

/** What is not there is refused where it is done. */
function templateOf({ caller, input }: Call, view: ResourceView): TemplateData {
  const { LaunchTemplate: asked } = input as LaunchInput
  if (asked === undefined) return {}
  const { LaunchTemplateId, LaunchTemplateName, Version = '$Default' } = asked
  const found = view
    .list(ec2Kinds.launchTemplates, placeOf(caller))
    .find(
      ({ id, spec }) => id === LaunchTemplateId || spec.LaunchTemplateName === LaunchTemplateName,
    )
  const version = found && findVersion(found.spec, Version)
  return version?.LaunchTemplateData ?? {}
}

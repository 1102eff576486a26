import type { MachinePlan } from '../../machine/machine-object.ts'
import { ActionError } from '../errors.ts'
import { namedTypes, type NamedType } from '../instance-type/instance-types.ts'

/**
 * Returns the size of a name.
 *
 * @throws {@link ActionError} where there is none.
 */
export function typeOf(name: string): NamedType {
  const type = namedTypes.get(name)
  if (type !== undefined) return type
  throw new ActionError(
    'InvalidParameterValue',
    `Invalid value '${name.slice(0, 100)}' for InstanceType.`,
  )
}

/** Returns what an instance's machine is to run. */
export function machinePlanOf({
  ImageReference: image,
  InstanceType = '',
  Command: command,
}: {
  readonly ImageReference: string
  readonly InstanceType?: string | undefined
  readonly Command?: readonly string[] | undefined
}): MachinePlan {
  const { cpuMilli, baselineMilli, memoryMi } = typeOf(InstanceType)
  return { image, command, cpuMilli, baselineMilli, memoryMi }
}

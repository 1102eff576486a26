import type { MachinePlan } from '../../machine/machine-object.ts'
import { SPOT_NOTICE_MS } from '../../machine/machines.ts'
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

/** A spot instance ends by itself when its notice is over; a machine that is still there somewhat later is moved as any other. */
const SPOT_NOTICE_SECONDS = SPOT_NOTICE_MS / 1000 + 15

/** Returns what an instance's machine is to run. */
export function machinePlanOf({
  ImageReference: image,
  InstanceType = '',
  Command: command,
  InstanceLifecycle,
}: {
  readonly ImageReference: string
  readonly InstanceType?: string | undefined
  readonly Command?: readonly string[] | undefined
  readonly InstanceLifecycle?: string | undefined
}): MachinePlan {
  const { cpuMilli, baselineMilli, memoryMi } = typeOf(InstanceType)
  const isSpot = InstanceLifecycle === 'spot'
  return {
    image,
    command,
    cpuMilli,
    baselineMilli,
    memoryMi,
    ...(isSpot && { noticeSeconds: SPOT_NOTICE_SECONDS }),
  }
}

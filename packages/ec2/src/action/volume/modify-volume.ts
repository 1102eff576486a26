import type { VolumeSpec } from '../../resource/kinds.ts'
import type { Input } from '../action.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { readPerformance, type Performance } from './performance.ts'

export type Modification = NonNullable<VolumeSpec['Modification']>

/** What becomes of a volume. */
export type Modified = {
  readonly performance: Performance
  readonly modification: Modification
}

/**
 * Returns what a volume is to become, and what EC2 tells of the change.
 *
 * @throws {@link ActionError} for what its type has not, and where it would become smaller.
 */
export function modifyVolume(
  { VolumeId = '', ...spec }: VolumeSpec,
  wish: Input<'ModifyVolume'>,
  now: string,
): Modified {
  const { Size, VolumeType, Iops, Throughput, MultiAttachEnabled } = wish
  const asked = [Size, VolumeType, Iops, Throughput, MultiAttachEnabled]
  if (asked.every((value) => value === undefined)) throw missingParameter('size')
  if (Size !== undefined && Size < (spec.Size ?? 0)) {
    throw new ActionError('InvalidParameterValue', 'New size cannot be smaller than existing size')
  }
  const performance = readPerformance({
    Size: Size ?? spec.Size ?? 0,
    VolumeType: VolumeType ?? spec.VolumeType,
    ...speedOf(spec, wish),
    MultiAttachEnabled: MultiAttachEnabled ?? spec.MultiAttachEnabled,
  })
  return {
    performance,
    modification: {
      VolumeId,
      ...named('Original', spec),
      ...named('Target', performance),
      ModificationState: 'completed',
      Progress: 100,
      StartTime: now,
      EndTime: now,
    },
  }
}

/** Speed stays where the type does; another type has its own, but that io1 and io2 begin with 3,000. */
function speedOf(
  spec: Omit<VolumeSpec, 'VolumeId'>,
  { VolumeType, Iops, Throughput }: Input<'ModifyVolume'>,
): Pick<Performance, 'Iops' | 'Throughput'> {
  const stays = VolumeType === undefined || VolumeType === spec.VolumeType
  const isChosen = (VolumeType ?? spec.VolumeType) !== 'gp2'
  const provisioned = VolumeType === 'io1' || VolumeType === 'io2' ? 3000 : undefined
  const iops = Iops ?? (stays ? (isChosen ? spec.Iops : undefined) : provisioned)
  const throughput = Throughput ?? (stays ? spec.Throughput : undefined)
  return {
    ...(iops !== undefined && { Iops: iops }),
    ...(throughput !== undefined && { Throughput: throughput }),
  }
}

type Told = 'Size' | 'Iops' | 'VolumeType' | 'Throughput' | 'MultiAttachEnabled'

function named(
  which: 'Original' | 'Target',
  { Size, Iops, VolumeType, Throughput, MultiAttachEnabled }: Pick<VolumeSpec, Told>,
): Modification {
  const told = { Size, Iops, VolumeType, Throughput, MultiAttachEnabled }
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) =>
      value === undefined ? [] : [[`${which}${name}`, value]],
    ),
  )
}

import { ec2Kinds, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { folderOf } from '../../volume/disk-object.ts'
import type { VolumeSighting } from '../../volume/volumes.ts'

type Attachment = NonNullable<VolumeSpec['Attachments']>[number]

/** A volume with the state that its device tells. */
export type SeenVolume = VolumeSpec & {
  readonly State: 'creating' | 'available' | 'in-use' | 'error'
  /** Why it is not as it is wanted. */
  readonly Trouble?: string
}

/**
 * Returns a volume as it is: what is wanted of it is in its attachments, and what has come of that is seen of its disk. The root of an instance, and what was never
 * attached, have no disk, and are as they are wanted.
 */
export function seeVolume(transaction: Transaction, volume: Resource<VolumeSpec>): SeenVolume {
  const { spec } = volume
  const wanted = spec.Attachments ?? []
  if (spec.HasDisk !== true) {
    return { ...spec, State: wanted.length > 0 ? 'in-use' : 'available' }
  }
  const sighting = transaction.seeVolume(volume)
  const attachments = [
    ...wanted.map((each) => withState(transaction, each, sighting)),
    ...leavingOf(volume, sighting),
  ]
  return {
    ...spec,
    Attachments: attachments,
    State: attachments.length > 0 ? 'in-use' : freeState(spec, sighting),
    ...(sighting.message !== undefined && { Trouble: sighting.message }),
  }
}

/** An instance that does not run has its volumes as it was told. */
function withState(
  transaction: Transaction,
  attachment: Attachment,
  { attached }: VolumeSighting,
): Attachment {
  const { InstanceId: instance = '', Device = '' } = attachment
  const goal = transaction.find(ec2Kinds.instances, instance)?.spec.Goal
  if (transaction.hasElasticVolumes) return { ...attachment, State: 'attached' }
  const isThere = attached?.instance === instance && attached.at === folderOf(Device)
  return { ...attachment, State: isThere || goal !== 'running' ? 'attached' : 'attaching' }
}

/** What it is still attached to, and is not to be any more. */
function leavingOf(
  volume: Resource<VolumeSpec>,
  { phase, attached }: VolumeSighting,
): readonly Attachment[] {
  const isWanted = (volume.spec.Attachments ?? []).some(
    ({ InstanceId, Device }) =>
      InstanceId === attached?.instance && folderOf(Device ?? '') === attached?.at,
  )
  if (attached === undefined || isWanted) return []
  const { instance: InstanceId, at } = attached
  const State = phase === 'busy' ? 'busy' : 'detaching'
  const Device = `/dev/${at}`
  return [{ VolumeId: volume.id, InstanceId, Device, State, DeleteOnTermination: false }]
}

/** One that is made of a snapshot is made at once; any other one where it is attached first. */
function freeState({ SnapshotId }: VolumeSpec, { phase }: VolumeSighting): SeenVolume['State'] {
  if (phase === 'failed' || phase === 'lost') return 'error'
  const isMaking = phase === 'creating' || (phase === 'absent' && Boolean(SnapshotId))
  return isMaking ? 'creating' : 'available'
}

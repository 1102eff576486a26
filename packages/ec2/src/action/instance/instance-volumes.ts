import { ec2Kinds, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import type { InstanceResource } from './describe-instance.ts'

/** Returns the volumes that are attached to an instance. */
export function volumesOf(
  transaction: Transaction,
  { id }: Pick<InstanceResource, 'id'>,
): readonly Resource<VolumeSpec>[] {
  return transaction
    .list(ec2Kinds.volumes)
    .filter(({ spec }) => spec.Attachments?.[0]?.InstanceId === id)
}

/** Takes the volumes of an instance from it: those that are to go with it go, the others are free again. */
export function releaseVolumes(transaction: Transaction, instance: InstanceResource): void {
  for (const volume of volumesOf(transaction, instance)) {
    if (volume.spec.Attachments?.[0]?.DeleteOnTermination === true) {
      transaction.remove(ec2Kinds.volumes, volume)
    } else {
      transaction.change(ec2Kinds.volumes, volume, { Attachments: [], State: 'available' })
    }
  }
}

/** Sets whether a volume goes with its instance. */
export function setDeleteOnTermination(
  transaction: Transaction,
  instance: InstanceResource,
  { DeviceName, ends }: { readonly DeviceName: string; readonly ends: boolean },
): void {
  const volume = volumesOf(transaction, instance).find(
    ({ spec }) => spec.Attachments?.[0]?.Device === DeviceName,
  )
  if (volume === undefined) {
    throw new ActionError(
      'InvalidInstanceAttributeValue',
      `No device is currently mapped at ${DeviceName}`,
    )
  }
  const [attachment] = volume.spec.Attachments ?? []
  transaction.change(ec2Kinds.volumes, volume, {
    Attachments: [{ ...attachment, DeleteOnTermination: ends }],
  })
}

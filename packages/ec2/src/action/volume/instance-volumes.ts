import type * as EC2 from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { Zone } from '../../door/region.ts'
import { ec2Kinds, type ImageSpec, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { placeDisk, removeDisk } from '../../volume/disk-object.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { assertDeviceName, attachmentsOf, attachTimeOf, volumesOf } from './attachment.ts'
import { createVolume } from './create-volume.ts'

const { volumes } = ec2Kinds

type Mapping = Wire<EC2.BlockDeviceMapping>

/** What the volumes of a new instance follow from. */
export type InstanceVolumesWish = {
  readonly instanceId: string
  readonly zone: Zone
  readonly image: Pick<ImageSpec, 'BlockDeviceMappings' | 'RootDeviceName'>
  /** What the launch asks for besides, or instead. */
  readonly mappings?: readonly Mapping[] | undefined
  /** What the launch tags volumes with. */
  readonly Tags?: readonly EC2.Tag[]
}

/**
 * Returns the mappings of an instance: the image's, over which those of the launch go by their device's name.
 *
 * @throws {@link ActionError} for names that no device has, or two have.
 */
export function mergeMappings(
  own: readonly Mapping[],
  asked: readonly Mapping[],
): readonly Mapping[] {
  const merged = new Map(own.map((mapping) => [mapping.DeviceName ?? '', mapping]))
  const seen = new Set<string>()
  for (const mapping of asked) {
    const { DeviceName: name = '', NoDevice, Ebs } = mapping
    assertDeviceName(name)
    if (seen.has(name)) {
      const said = `The device '${name}' is used in more than one block-device mapping`
      throw new ActionError('InvalidBlockDeviceMapping', said)
    }
    seen.add(name)
    if (NoDevice === undefined) {
      merged.set(name, { ...mapping, ...(Ebs && { Ebs: { ...merged.get(name)?.Ebs, ...Ebs } }) })
    } else {
      merged.delete(name)
    }
  }
  return [...merged.values()]
}

/** Makes the volumes of a new instance, attached to it: the root that its image says, and what the launch asks for. */
export function createInstanceVolumes(
  transaction: Transaction,
  { instanceId, zone, image, mappings = [], Tags = [] }: InstanceVolumesWish,
): void {
  const merged = mergeMappings(image.BlockDeviceMappings ?? [], mappings)
  for (const { DeviceName = '', Ebs, VirtualName } of merged) {
    // A disk of the host’s is none of ours to give.
    if (VirtualName !== undefined) continue
    if (Ebs === undefined) throw missingParameter('ebs')
    if (Ebs.VolumeSize === undefined && Ebs.SnapshotId === undefined) {
      throw missingParameter('size or snapshotId')
    }
    const { DeleteOnTermination = false, VolumeSize: Size, ...wish } = Ebs
    const attachment = {
      InstanceId: instanceId,
      Device: DeviceName,
      State: 'attached' as const,
      AttachTime: attachTimeOf(transaction),
      DeleteOnTermination,
    }
    const isRoot = DeviceName === image.RootDeviceName
    createVolume(transaction, { ...wish, Size, zone, Tags, Attachments: [attachment], isRoot })
  }
}

/** Takes a volume away, and has its device erase it. */
export function removeVolume(transaction: Transaction, volume: Resource<VolumeSpec>): void {
  transaction.remove(volumes, volume)
  if (volume.spec.HasDisk === true) {
    transaction.also(removeDisk(transaction.machineName(volume.id)))
  }
}

/** Takes the volumes of an instance that ends: what is to end with it does, the rest is free again. */
export function releaseInstanceVolumes(transaction: Transaction, instanceId: string): void {
  for (const [volume, attachment] of volumesOf(transaction, instanceId)) {
    const others = attachmentsOf(volume).filter((each) => each !== attachment)
    if (attachment.DeleteOnTermination === true && others.length === 0) {
      removeVolume(transaction, volume)
    } else {
      transaction.change(volumes, volume, { Attachments: others })
      const name = transaction.machineName(volume.id)
      if (volume.spec.HasDisk === true) transaction.also(placeDisk(name, undefined))
    }
  }
}

/**
 * Says whether a volume ends with its instance.
 *
 * @throws {@link ActionError} where the instance has no such device.
 */
export function setDeleteOnTermination(
  transaction: Transaction,
  instanceId: string,
  { DeviceName, value }: { readonly DeviceName: string; readonly value: boolean },
): void {
  const found = volumesOf(transaction, instanceId).find(([, { Device }]) => Device === DeviceName)
  if (found === undefined) {
    throw new ActionError(
      'InvalidInstanceAttributeValue',
      `No device is currently mapped at ${DeviceName.slice(0, 100)}`,
    )
  }
  const [volume, attachment] = found
  transaction.change(volumes, volume, {
    Attachments: attachmentsOf(volume).map((each) =>
      each === attachment ? { ...each, DeleteOnTermination: value } : each,
    ),
  })
}

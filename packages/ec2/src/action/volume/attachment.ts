import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type InstanceSpec, type VolumeSpec } from '../../resource/kinds.ts'
import { volumesOfInstance } from '../../resource/resource-index.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDisk, folderOf, placeDisk } from '../../volume/disk-object.ts'
import { ActionError, invalidValue } from '../errors.ts'
import { assertReach } from './reach.ts'
import { seeVolume } from './seen-volume.ts'

const { instances, volumes } = ec2Kinds

/** A volume at a device of an instance. */
export type Attachment = NonNullable<VolumeSpec['Attachments']>[number]

/** Source: EBS's user guide, Multi-Attach. */
const MOST_INSTANCES = 16

/** Source: EC2's user guide, device names. */
const DEVICE = /^(\/dev\/)?(sd[a-z]{1,2}|xvd[a-z]{1,2}|hd[a-z])([1-9]|1[0-5])?$/

/** @throws {@link ActionError} where a name is none that a volume can have. */
export function assertDeviceName(device: string): void {
  if (DEVICE.test(device)) return
  throw invalidValue('device', device, `${device.slice(0, 100)} is not a valid EBS device name.`)
}

/** Returns the volumes of an instance, with how each is attached to it. */
export function volumesOf(
  transaction: Transaction,
  instanceId: string,
): readonly (readonly [Resource<VolumeSpec>, Attachment])[] {
  return transaction.listBy(volumesOfInstance, instanceId).flatMap((volume) =>
    attachmentsOf(volume)
      .filter(({ InstanceId }) => InstanceId === instanceId)
      .map((attachment) => [volume, attachment] as const),
  )
}

/** Returns what a volume is attached to; nothing of one that is free. */
export function attachmentsOf({ spec }: Resource<VolumeSpec>): readonly Attachment[] {
  return spec.Attachments ?? []
}

/**
 * Attaches a volume to an instance of its zone.
 *
 * @throws {@link ActionError} where it cannot be.
 */
export function attach(
  transaction: Transaction,
  volume: Resource<VolumeSpec>,
  { instance, Device }: { readonly instance: Resource<InstanceSpec>; readonly Device: string },
): Attachment {
  assertDeviceName(Device)
  assertPlace(volume, instance)
  assertFree(transaction, volume)
  const isTaken = volumesOf(transaction, instance.id).some(
    ([, other]) => folderOf(other.Device ?? '') === folderOf(Device),
  )
  if (isTaken) {
    throw new ActionError(
      'InvalidParameterValue',
      `Invalid value '${Device}' for unixDevice. Attachment point ${Device} is already in use`,
    )
  }
  const attachment: Attachment = {
    VolumeId: volume.id,
    InstanceId: instance.id,
    Device,
    State: 'attached',
    AttachTime: attachTimeOf(transaction),
    DeleteOnTermination: false,
  }
  const Attachments = [...attachmentsOf(volume), attachment]
  // What instances run on is none of a volume's.
  const isRoot = instance.spec.RootDeviceName === Device
  if (!isRoot) attachDisk(transaction, volume, { instance, Device })
  transaction.change(volumes, volume, { Attachments, ...(!isRoot && { HasDisk: true }) })
  return attachment
}

function attachDisk(
  transaction: Transaction,
  volume: Resource<VolumeSpec>,
  { instance, Device }: { readonly instance: Resource<InstanceSpec>; readonly Device: string },
): void {
  const others = volumesOf(transaction, instance.id).map(([each]) => each)
  assertReach(transaction, volume, { instance, others })
  const name = transaction.machineName(volume.id)
  const attachment = { instance: instance.id, at: folderOf(Device) }
  const { HasDisk, Size: sizeGib = 0 } = volume.spec
  if (HasDisk === true) transaction.also(placeDisk(name, attachment))
  else transaction.also(createDisk(name, { sizeGib, attachment }))
}

function assertPlace({ id, spec }: Resource<VolumeSpec>, instance: Resource<InstanceSpec>): void {
  if (instance.spec.Goal === 'terminated') {
    throw new ActionError('IncorrectState', `Instance '${instance.id}' is not 'running'.`)
  }
  if (instance.spec.Placement?.AvailabilityZone === spec.AvailabilityZone) return
  throw new ActionError(
    'InvalidVolume.ZoneMismatch',
    `The volume '${id}' is not in the same availability zone as instance '${instance.id}'`,
  )
}

function assertFree(transaction: Transaction, volume: Resource<VolumeSpec>): void {
  const { length: count } = seeVolume(transaction, volume).Attachments ?? []
  const isShared = volume.spec.MultiAttachEnabled === true && transaction.hasElasticVolumes
  const most = isShared ? MOST_INSTANCES : 1
  if (count < most) return
  throw new ActionError('VolumeInUse', `${volume.id} is already attached to an instance`)
}

/** EC2 tells it in whole seconds. */
export function attachTimeOf({ nowMs }: Transaction): string {
  return new Date(Math.floor(nowMs / 1000) * 1000).toISOString()
}

/** Which attachment is meant, where a volume may have more than one. */
export type DetachWish = {
  readonly InstanceId?: string | undefined
  readonly Device?: string | undefined
}

/**
 * Detaches a volume. The root of an instance has to stay as long as that is to run.
 *
 * @throws {@link ActionError} where there is no such attachment.
 */
export function detach(
  transaction: Transaction,
  volume: Resource<VolumeSpec>,
  wish: DetachWish,
): Attachment {
  const { InstanceId, Device } = wish
  if (InstanceId !== undefined) transaction.get(instances, InstanceId)
  const all = attachmentsOf(volume)
  if (all.length === 0) {
    throw new ActionError('IncorrectState', `Volume '${volume.id}' is in the 'available' state.`)
  }
  const meant = all.filter(
    (each) =>
      (InstanceId === undefined || each.InstanceId === InstanceId) &&
      (Device === undefined || each.Device === Device),
  )
  const [attachment, ...others] = meant
  if (attachment === undefined) {
    throw new ActionError(
      'InvalidAttachment.NotFound',
      `The volume ${volume.id} is not attached to instance ${InstanceId ?? ''} as device ${Device ?? ''}`,
    )
  }
  if (others.length > 0) {
    throw new ActionError(
      'InvalidParameterCombination',
      `The volume '${volume.id}' is attached to several instances: say which.`,
    )
  }
  assertNoRoot(transaction, attachment)
  const Attachments = all.filter((each) => each !== attachment)
  transaction.change(volumes, volume, { Attachments })
  if (volume.spec.HasDisk === true) {
    transaction.also(placeDisk(transaction.machineName(volume.id), undefined))
  }
  return attachment
}

function assertNoRoot(transaction: Transaction, { InstanceId = '', Device }: Attachment): void {
  const instance = transaction.find(instances, InstanceId)
  if (instance?.spec.Goal !== 'running' || instance.spec.RootDeviceName !== Device) return
  throw new ActionError(
    'OperationNotPermitted',
    `Unable to detach root volume '${Device}' from instance '${InstanceId}'`,
  )
}

/** Returns what an instance says of its volumes. */
export function blockDevicesOf(
  transaction: Transaction,
  instanceId: string,
): readonly EC2.InstanceBlockDeviceMapping[] {
  return volumesOf(transaction, instanceId).map(([volume, attachment]) => ({
    DeviceName: attachment.Device ?? '',
    Ebs: {
      VolumeId: volume.id,
      Status: stateAt(seeVolume(transaction, volume), attachment),
      AttachTime: new Date(attachment.AttachTime ?? 0),
      DeleteOnTermination: attachment.DeleteOnTermination === true,
    },
  }))
}

function stateAt(
  { Attachments = [] }: Pick<VolumeSpec, 'Attachments'>,
  { InstanceId, Device }: Attachment,
): EC2.AttachmentStatus {
  const own = Attachments.find(
    (each) => each.InstanceId === InstanceId && each.Device === Device,
  )?.State
  return own === 'attaching' ? 'attaching' : 'attached'
}

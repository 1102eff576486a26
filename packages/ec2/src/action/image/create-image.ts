import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type ImageSpec, type InstanceSpec } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError } from '../errors.ts'
import { createSnapshot } from '../snapshot/create-snapshot.ts'
import { tagsFor } from '../tag/tags.ts'
import { volumesOf } from '../volume/attachment.ts'
import { mergeMappings } from '../volume/instance-volumes.ts'
import { commonFields } from './catalogue.ts'
import { readImageName } from './image-name.ts'

const { images, instances } = ec2Kinds

/**
 * Makes an image of an instance: of the image that it was launched of, with snapshots of its volumes as they are.
 *
 * @throws {@link ActionError} where there is no such instance, or the name cannot be.
 */
export function createImage(
  transaction: Transaction,
  input: Input<'CreateImage'>,
): Resource<ImageSpec> {
  const Tags = tagsFor(input.TagSpecifications, 'image', ['snapshot'])
  const snapshotTags = tagsFor(input.TagSpecifications, 'snapshot', ['image'])
  const instance = transaction.get(instances, input.InstanceId ?? '')
  if (instance.spec.Goal === 'terminated') {
    throw new ActionError(
      'IncorrectState',
      `Instance '${instance.id}' is not 'running' or 'stopped'.`,
    )
  }
  const Name = readImageName(transaction, input.Name)
  const source = sourceOf(instance)
  const id = createResourceId(images.prefix)
  const Description = `Created by CreateImage(${instance.id}) for ${id}`
  const mappings = mergeMappings(
    ownMappings(transaction, instance, source),
    input.BlockDeviceMappings ?? [],
  )
  const spec: ImageSpec = {
    ...commonFields,
    ...source,
    ...platformOf(instance.spec),
    ImageId: id,
    Name,
    ...(input.Description !== undefined && { Description: input.Description }),
    CreationDate: transaction.now,
    ImageLocation: `${transaction.caller.account.id}/${Name}`,
    OwnerId: transaction.caller.account.id,
    SourceInstanceId: instance.id,
    BlockDeviceMappings: mappings.map((mapping) =>
      keepVolume(transaction, instance.id, { mapping, Description, Tags: snapshotTags }),
    ),
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }
  return transaction.create(images, spec, id)
}

/** What an instance runs, whatever its image's name leads to by now. */
type Source = Pick<
  ImageSpec,
  'Architecture' | 'RootDeviceName' | 'BlockDeviceMappings' | 'Reference'
>

function sourceOf({ spec }: Resource<InstanceSpec>): Source {
  const { ImageReference, Architecture, RootDeviceName } = spec
  return { Architecture, RootDeviceName, BlockDeviceMappings: [], Reference: ImageReference }
}

function platformOf({ KernelId, RamdiskId }: InstanceSpec): Partial<ImageSpec> {
  return {
    ...(KernelId !== undefined && { KernelId }),
    ...(RamdiskId !== undefined && { RamdiskId }),
  }
}

type Mapping = NonNullable<ImageSpec['BlockDeviceMappings']>[number]

/** Its volumes as they are; those of its image where it has none. */
function ownMappings(
  transaction: Transaction,
  { id }: Resource<InstanceSpec>,
  { BlockDeviceMappings = [] }: Source,
): readonly Mapping[] {
  const own = volumesOf(transaction, id).map(([{ spec }, attachment]) => ({
    DeviceName: attachment.Device,
    Ebs: {
      VolumeSize: spec.Size,
      VolumeType: spec.VolumeType,
      Encrypted: spec.Encrypted,
      DeleteOnTermination: attachment.DeleteOnTermination === true,
    },
  }))
  return own.length === 0 ? BlockDeviceMappings : own
}

/** Makes a snapshot of the volume at a device; a device that has none is as it is asked for. */
function keepVolume(
  transaction: Transaction,
  instanceId: string,
  {
    mapping,
    Description,
    Tags,
  }: { readonly mapping: Mapping; readonly Description: string; readonly Tags: readonly EC2.Tag[] },
): Mapping {
  const found = volumesOf(transaction, instanceId).find(
    ([, { Device }]) => Device === mapping.DeviceName,
  )
  if (found === undefined || mapping.Ebs === undefined) return mapping
  const [{ id: VolumeId, spec }] = found
  const { Size: VolumeSize = 0, Encrypted = false, KmsKeyId } = spec
  const { id: SnapshotId } = createSnapshot(transaction, {
    VolumeId,
    VolumeSize,
    Encrypted,
    KmsKeyId,
    Description,
    Tags,
  })
  return { ...mapping, Ebs: { ...mapping.Ebs, SnapshotId } }
}

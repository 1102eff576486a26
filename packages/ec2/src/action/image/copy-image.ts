import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { createSnapshot } from '../snapshot/create-snapshot.ts'
import { tagsFor } from '../tag/tags.ts'
import { commonFields } from './catalogue.ts'
import { assertImageId, listImages, unknownImages } from './find-image.ts'
import { readImageName } from './image-name.ts'

const { images, snapshots } = ec2Kinds

/**
 * Makes an image of another one, of this region or another, with snapshots of its own.
 *
 * @throws {@link ActionError} where there is no such image.
 */
export function copyImage(
  transaction: Transaction,
  input: Input<'CopyImage'>,
): Resource<ImageSpec> {
  const Tags = tagsFor(input.TagSpecifications, 'image', ['snapshot'])
  const snapshotTags = tagsFor(input.TagSpecifications, 'snapshot', ['image'])
  const { SourceRegion = '', SourceImageId } = input
  if (SourceImageId === undefined) throw missingParameter('sourceImageId')
  const { id: source, spec } = sourceOf(transaction, SourceRegion, SourceImageId)
  const Name = readImageName(transaction, input.Name)
  const id = createResourceId(images.prefix)
  const copyMapping = (mapping: Mapping): Mapping => {
    const { SnapshotId, VolumeSize = 0 } = mapping.Ebs ?? {}
    if (SnapshotId === undefined) return mapping
    assertNoDisk(transaction, SnapshotId)
    const Encrypted = input.Encrypted === true || mapping.Ebs?.Encrypted === true
    const copied = createSnapshot(transaction, {
      VolumeId: 'vol-ffffffff',
      VolumeSize,
      Encrypted,
      KmsKeyId: input.KmsKeyId,
      Description: `Copied for DestinationAmi ${id} from SourceAmi ${source} for SourceSnapshot ${SnapshotId}.`,
      Tags: snapshotTags,
    })
    return { ...mapping, Ebs: { ...mapping.Ebs, SnapshotId: copied.id, Encrypted } }
  }
  const own = spec.OwnerId === transaction.caller.account.id ? (spec.Tags ?? []) : []
  const tags = [...(input.CopyImageTags === true ? own : []), ...Tags]
  const { Architecture, RootDeviceName, KernelId, RamdiskId, Reference } = spec
  const copy: ImageSpec = {
    ...commonFields,
    Architecture,
    RootDeviceName,
    ...(KernelId !== undefined && { KernelId }),
    ...(RamdiskId !== undefined && { RamdiskId }),
    Reference,
    ImageId: id,
    Name,
    ...(input.Description !== undefined && { Description: input.Description }),
    CreationDate: transaction.now,
    ImageLocation: `${transaction.caller.account.id}/${Name}`,
    OwnerId: transaction.caller.account.id,
    SourceImageId: source,
    SourceImageRegion: SourceRegion,
    BlockDeviceMappings: (spec.BlockDeviceMappings ?? []).map(copyMapping),
    ...(tags.length > 0 && { Tags: tags }),
  }
  return transaction.create(images, copy, id)
}

/** What a snapshot has is on one device: a copy of its record alone would be a volume that is empty. */
function assertNoDisk(transaction: Transaction, id: string): void {
  if (transaction.find(snapshots, id)?.spec.HasDisk !== true || transaction.hasElasticVolumes)
    return
  throw new ActionError(
    'UnsupportedOperation',
    `Snapshot '${id}' is on one device, and not copied: make volumes of it.`,
  )
}

type Mapping = NonNullable<ImageSpec['BlockDeviceMappings']>[number]

function sourceOf(transaction: Transaction, region: string, id: string): Resource<ImageSpec> {
  if (!transaction.regions.some(({ name }) => name === region)) {
    throw invalidValue('sourceRegion', region, 'There is no such region.')
  }
  assertImageId(id)
  const found = listImages(transaction, region).find((image) => image.id === id)
  if (found === undefined) throw unknownImages([id])
  return found
}

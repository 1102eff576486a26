import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { mergeMappings } from '../volume/instance-volumes.ts'
import { commonFields } from './catalogue.ts'
import { rootMapping } from './find-image.ts'
import { readImageName } from './image-name.ts'

/**
 * Makes an image of what an OCI image's name leads to now; what that name leads to later changes nothing.
 *
 * @throws {@link ActionError} where it leads to none.
 */
export async function registerImage(
  transaction: Transaction,
  input: Input<'RegisterImage'>,
): Promise<Resource<ImageSpec>> {
  const { ImageLocation, RootDeviceName = '/dev/sda1', Architecture, Description } = input
  const Tags = tagsFor(input.TagSpecifications, 'image')
  const Name = readImageName(transaction, input.Name)
  if (ImageLocation === undefined || ImageLocation === '') throw missingParameter('ImageLocation')
  const resolved = await transaction.resolveImage(ImageLocation)
  if (resolved === undefined) {
    const said = ImageLocation.slice(0, 200)
    throw new ActionError('InvalidManifest', `No OCI image is known by the name '${said}'.`)
  }
  if (Architecture !== undefined && Architecture !== resolved.architecture) {
    throw invalidValue('architecture', Architecture, `The image is for ${resolved.architecture}.`)
  }
  return transaction.create(ec2Kinds.images, (ImageId) => ({
    ...commonFields,
    ImageId,
    Name,
    ...(Description !== undefined && { Description }),
    Architecture: resolved.architecture,
    CreationDate: transaction.now,
    ImageLocation,
    OwnerId: transaction.caller.account.id,
    RootDeviceName,
    BlockDeviceMappings: mergeMappings(
      [rootMapping(RootDeviceName)],
      input.BlockDeviceMappings ?? [],
    ),
    ...(input.SriovNetSupport !== undefined && { SriovNetSupport: input.SriovNetSupport }),
    ...(input.BootMode !== undefined && { BootMode: input.BootMode }),
    ...(input.ImdsSupport !== undefined && { ImdsSupport: input.ImdsSupport }),
    Reference: resolved.reference,
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
}

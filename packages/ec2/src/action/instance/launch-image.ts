import { definedOf } from '../../resource/defined.ts'
import type { ImageSpec, InstanceSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { commandOf } from './command.ts'

/** What an instance keeps of the image that it is made of. */
export type LaunchImage = Pick<
  InstanceSpec,
  'ImageId' | 'ImageReference' | 'ExposedPorts' | 'Command'
>

/**
 * Returns what an instance runs of an image: what the image's name leads to now, by its digest.
 *
 * @throws {@link ActionError} where its registry has the image no more.
 */
export async function resolveImage(
  transaction: Transaction,
  { id, spec }: Resource<ImageSpec>,
): Promise<LaunchImage> {
  const resolved = await transaction.resolveImage(spec.Reference)
  if (resolved === undefined) {
    throw new ActionError(
      'InvalidAMIID.Unavailable',
      `The image id '[${id}]' is no longer available: its registry has no '${spec.Reference}'.`,
    )
  }
  return {
    ImageId: id,
    ImageReference: resolved.reference,
    ...definedOf({ ExposedPorts: resolved.exposedPorts, Command: commandOf(resolved) }),
  }
}

import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { commonFields, imageOfCatalogue } from './catalogue.ts'
import { isPublic, isSharedWith } from './permissions.ts'

const { images } = ec2Kinds

/** The root of an image that only its name is known of. */
const ROOT_DEVICE = '/dev/sda1'
const ROOT_GIB = 8

/** Returns the images that an account may launch, in its region or in another one: its own, those that others share, and the catalogue. */
export function listImages(
  transaction: Transaction,
  region = transaction.caller.region,
): readonly Resource<ImageSpec>[] {
  const { id: account } = transaction.caller.account
  const isHere = region === transaction.caller.region
  const own = isHere ? transaction.list(images) : transaction.listIn(images, region)
  const others = transaction
    .listEverybodys(images, region)
    .filter(({ spec }) => spec.OwnerId !== account)
    .filter(({ spec }) => isPublic(spec) || isSharedWith(spec, account))
  const catalogue = transaction.images.catalogue.map(imageOfCatalogue)
  return [...catalogue, ...others, ...own].filter(({ spec }) => !isGone(spec))
}

/**
 * Returns the image of an id, or that of a name such as `nginx:1.29`, as it is now: whoever keeps it has to keep its `Reference`, which names it by its
 * digest. Its id is what was asked for.
 *
 * @throws {@link ActionError} where there is none, or not any more.
 */
export async function findImage(
  transaction: Transaction,
  idOrName: string,
): Promise<Resource<ImageSpec>> {
  if (isImageName(idOrName)) return imageOfName(transaction, idOrName)
  assertImageId(idOrName)
  const found = listImages(transaction).find(({ id }) => id === idOrName)
  if (found !== undefined) return found
  if (transaction.find(images, idOrName) !== undefined) throw goneImage(idOrName)
  throw unknownImages([idOrName])
}

/** Returns whether a text names an OCI image rather than having to be an id: no id has a colon, a slash or an at sign. */
export function isImageName(text: string): boolean {
  return /[:/@]/.test(text)
}

/** @throws {@link ActionError} `InvalidAMIID.Malformed` where a text is no id of an image. */
export function assertImageId(id: string): void {
  if (id.startsWith('ami-')) return
  throw new ActionError(
    'InvalidAMIID.Malformed',
    `Invalid id: "${id.slice(0, 100)}" (expecting "ami-...")`,
  )
}

/**
 * Returns an account's own image.
 *
 * @throws {@link ActionError} where it is another's, or none, or not any more.
 */
export function ownImage(transaction: Transaction, id: string): Resource<ImageSpec> {
  assertImageId(id)
  const own = transaction.find(images, id)
  if (own !== undefined && isGone(own.spec)) throw goneImage(id)
  if (own !== undefined) return own
  if (listImages(transaction).some((image) => image.id === id)) {
    throw new ActionError('AuthFailure', `Not authorized for image:${id}`)
  }
  throw unknownImages([id])
}

/** Returns whether an image was deregistered: it is remembered for an hour, and shown no more. */
export function isGone({ State }: ImageSpec): boolean {
  return State === 'deregistered'
}

/** Returns what is said of ids that are none. */
export function unknownImages(ids: readonly string[]): ActionError {
  const said = ids.map((id) => id.slice(0, 100)).join(', ')
  const message =
    ids.length === 1
      ? `The image id '[${said}]' does not exist`
      : `The image ids '[${said}]' do not exist`
  return new ActionError(images.notFound, message)
}

function goneImage(id: string): ActionError {
  return new ActionError(
    'InvalidAMIID.Unavailable',
    `The image id '[${id}]' is no longer available`,
  )
}

async function imageOfName(transaction: Transaction, name: string): Promise<Resource<ImageSpec>> {
  const resolved = await transaction.resolveImage(name)
  if (resolved === undefined) throw unknownImages([name])
  return {
    id: name,
    order: '',
    uid: '',
    resourceVersion: '',
    spec: {
      ...commonFields,
      ImageId: name,
      Name: name,
      ImageLocation: name,
      Architecture: resolved.architecture,
      RootDeviceName: ROOT_DEVICE,
      BlockDeviceMappings: [rootMapping(ROOT_DEVICE)],
      Reference: resolved.reference,
      LaunchPermissions: [{ Group: 'all' }],
    },
  }
}

/** Returns the root of an image that says nothing of it. */
export function rootMapping(DeviceName: string) {
  return {
    DeviceName,
    Ebs: {
      VolumeSize: ROOT_GIB,
      VolumeType: 'gp2' as const,
      DeleteOnTermination: true,
      Encrypted: false,
    },
  }
}

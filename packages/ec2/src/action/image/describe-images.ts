import type * as EC2 from '@aws-sdk/client-ec2'
import { createGate } from '@nexqloud/kernel'

import { selectPage, type Page } from '../../door/select-page.ts'
import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import type { Loose } from '../sdk-action.ts'
import { imageFilters } from './filters.ts'
import {
  assertImageId,
  findImage,
  isGone,
  isImageName,
  listImages,
  unknownImages,
} from './find-image.ts'
import { isPublic, isSharedWith } from './permissions.ts'

const page = { least: 1, most: 1000 }
/** Of an account that asks for more images at once some are refused for now: a few may be asked for beside this. */
const ASKED_AT_ONCE = 4

type Row = Resource<ImageSpec>

/** Returns the images that are asked for, out of those that an account may launch. */
export async function selectImages(
  transaction: Transaction,
  input: Input<'DescribeImages'>,
): Promise<Page<Row>> {
  const { ImageIds = [], Owners = [], ExecutableUsers = [] } = input
  const names = ImageIds.filter(isImageName)
  const pass = createGate(ASKED_AT_ONCE)
  const named = await Promise.all(names.map((name) => pass(() => findImage(transaction, name))))
  const account = transaction.caller.account.id
  const rows = [...listImages(transaction), ...named]
    .filter(({ spec }) => Owners.length === 0 || Owners.some((owner) => isOf(spec, owner, account)))
    .filter(({ spec }) => isExecutable(spec, ExecutableUsers, account))
  const ids = knownIds(transaction, ImageIds)
  if (ImageIds.length > 0 && ids.length === 0) return { rows: [] }
  return selectPage(input, { rows: rows.toSorted(byOrder), filters: imageFilters, ids, page })
}

/** Returns what DescribeImages tells of an image. */
export function describeImage(image: ImageSpec): Loose<EC2.Image> {
  const { Reference: _, LaunchPermissions: __, DeregisteredAt: ___, ...told } = image
  return { ...told, Public: isPublic(image) }
}

/** Of those that were deregistered nothing is said; all others have to be there. */
function knownIds(transaction: Transaction, asked: readonly string[]): readonly string[] {
  const ids = asked.filter((id) => !isImageName(id))
  for (const id of ids) assertImageId(id)
  const there = new Set(listImages(transaction).map(({ id }) => id))
  const missing = ids.filter((id) => !there.has(id))
  const wasThere = (id: string): boolean => {
    const own = transaction.find(ec2Kinds.images, id)
    return own !== undefined && isGone(own.spec)
  }
  const unknown = missing.filter((id) => !wasThere(id))
  if (unknown.length > 0) throw unknownImages(unknown)
  return asked.filter((id) => !missing.includes(id))
}

function isOf({ OwnerId, ImageOwnerAlias }: ImageSpec, owner: string, account: string): boolean {
  return owner === 'self' ? OwnerId === account : owner === OwnerId || owner === ImageOwnerAlias
}

/** Whom an image is shared with by name is asked, but for `all`. */
function isExecutable(image: ImageSpec, users: readonly string[], account: string): boolean {
  if (users.length === 0) return true
  return users.some((user) =>
    user === 'all' ? isPublic(image) : isSharedWith(image, user === 'self' ? account : user),
  )
}

function byOrder(one: Row, other: Row): number {
  const [left, right] = [`${one.order}/${one.id}`, `${other.order}/${other.id}`]
  return left < right ? -1 : 1
}

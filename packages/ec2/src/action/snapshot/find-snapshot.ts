import { ec2Kinds, type ImageSpec, type SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { snapshotOfCatalogue } from '../image/catalogue.ts'
import { isGone, listImages } from '../image/find-image.ts'

const { images, snapshots } = ec2Kinds

/** Returns the snapshots that an account sees: its own, and those of the catalogue. */
export function listSnapshots(transaction: Transaction): readonly Resource<SnapshotSpec>[] {
  const ofCatalogue = transaction.images.catalogue.map(snapshotOfCatalogue)
  return [...ofCatalogue, ...transaction.list(snapshots)].toSorted((one, other) =>
    `${one.order}/${one.id}` < `${other.order}/${other.id}` ? -1 : 1,
  )
}

/**
 * Returns a snapshot that a volume may be made of: one that the account sees, or of an image that somebody shares with it.
 *
 * @throws {@link ActionError} `InvalidSnapshot.NotFound` where there is none.
 */
export function findSnapshot(transaction: Transaction, id: string): Resource<SnapshotSpec> {
  const own = transaction.find(snapshots, id)
  if (own !== undefined) return own
  const seen = transaction.images.catalogue.map(snapshotOfCatalogue)
  const found = seen.find((each) => each.id === id) ?? findShared(transaction, id)
  return found ?? transaction.get(snapshots, id)
}

/** Anybody can make an image that speaks of any snapshot: only whose that is shares it by one. */
function findShared(transaction: Transaction, id: string): Resource<SnapshotSpec> | undefined {
  const users = listImages(transaction).filter(({ spec }) => hasSnapshot(spec, id))
  const owners = new Set(users.map(({ spec }) => spec.OwnerId))
  if (owners.size === 0) return undefined
  return transaction
    .listEverybodys(snapshots, transaction.caller.region)
    .find((each) => each.id === id && owners.has(each.spec.OwnerId))
}

/** Returns the image of an account that needs a snapshot; nothing where none does. */
export function userOfSnapshot(
  transaction: Transaction,
  id: string,
): Resource<ImageSpec> | undefined {
  return transaction.list(images).find(({ spec }) => !isGone(spec) && hasSnapshot(spec, id))
}

function hasSnapshot({ BlockDeviceMappings = [] }: ImageSpec, id: string): boolean {
  return BlockDeviceMappings.some(({ Ebs }) => Ebs?.SnapshotId === id)
}

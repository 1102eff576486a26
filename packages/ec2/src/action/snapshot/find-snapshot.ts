import { ec2Kinds, type SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** Returns all snapshots that an account may use. */
export function listSnapshots(transaction: Transaction): readonly Resource<SnapshotSpec>[] {
  return transaction.list(ec2Kinds.snapshots)
}

/** @throws {@link ActionError} `InvalidSnapshot.NotFound` where there is none. */
export function findSnapshot(transaction: Transaction, id: string): Resource<SnapshotSpec> {
  return transaction.get(ec2Kinds.snapshots, id)
}

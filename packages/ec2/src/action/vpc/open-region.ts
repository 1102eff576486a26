import { accountRegions } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDefaultVpc } from './default-vpc.ts'

/** Makes what an account has in a region from the start, once: a default VPC that was deleted stays away until it is asked for. */
export function openRegion(transaction: Transaction): void {
  const { region } = transaction.caller
  const name = `${accountRegions.prefix}-${region}`
  if (transaction.find(accountRegions, name) !== undefined) return
  transaction.create(accountRegions, { DhcpOptionsId: createResourceId('dopt') }, name)
  createDefaultVpc(transaction)
}

import { accountRegions } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDefaultSubnets, createDefaultVpc, findDefaultVpc } from './default-vpc.ts'

/**
 * Makes what an account has in a region from the start, once: a default VPC that was deleted stays away until it is asked for. A zone that comes later
 * gets a default subnet, where there is a default VPC then.
 */
export function openRegion(transaction: Transaction): void {
  const { region } = transaction.caller
  const name = `${accountRegions.prefix}-${region}`
  const Zones = transaction.zones.map((zone) => zone.name)
  const opened = transaction.find(accountRegions, name)
  if (opened === undefined) {
    transaction.create(accountRegions, { DhcpOptionsId: createResourceId('dopt'), Zones }, name)
    createDefaultVpc(transaction)
    return
  }
  const later = transaction.zones.filter((zone) => !opened.spec.Zones.includes(zone.name))
  if (later.length === 0) return
  transaction.change(accountRegions, opened, { Zones })
  const vpc = findDefaultVpc(transaction)
  if (vpc !== undefined) createDefaultSubnets(transaction, vpc, later)
}

import { expect, test } from 'vitest'

import { openTransaction } from '../../../test/lab/open-transaction.ts'
import { accountRegions, ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { findDefaultVpc } from './default-vpc.ts'
import { deleteVpc } from './delete-vpc.ts'
import { openRegion } from './open-region.ts'

/** Zones that come, and what was deleted. */

function subnetsOf(transaction: Transaction): readonly string[] {
  return transaction
    .list(ec2Kinds.subnets)
    .map(({ spec }) => `${spec.AvailabilityZone.slice(-1)} ${spec.CidrBlock}`)
}

function removeSubnets(transaction: Transaction): void {
  for (const subnet of transaction.list(ec2Kinds.subnets)) {
    transaction.remove(ec2Kinds.subnets, subnet)
  }
}

/** As if the last zone had come since the region was opened. */
function forgetLastZone(transaction: Transaction): void {
  const [opened] = transaction.list(accountRegions)
  if (opened === undefined) throw new TypeError('The region is not opened.')
  const { Zones } = opened.spec
  transaction.change(accountRegions, opened, { Zones: Zones.slice(0, -1) })
}

test('a zone that comes later gets a default subnet, once, and nothing that was deleted comes back', () => {
  const transaction = openTransaction(3)
  expect(subnetsOf(transaction)).toEqual([
    '1 172.31.0.0/20',
    '2 172.31.16.0/20',
    '3 172.31.32.0/20',
  ])
  removeSubnets(transaction)
  openRegion(transaction)
  expect(subnetsOf(transaction)).toEqual([])
  forgetLastZone(transaction)
  openRegion(transaction)
  openRegion(transaction)
  expect(subnetsOf(transaction)).toEqual(['3 172.31.0.0/20'])
})

test('a zone that comes later gets nothing where there is no default VPC', () => {
  const transaction = openTransaction()
  removeSubnets(transaction)
  const vpc = findDefaultVpc(transaction)
  if (vpc !== undefined) deleteVpc(transaction, vpc)
  forgetLastZone(transaction)
  openRegion(transaction)
  expect([subnetsOf(transaction), findDefaultVpc(transaction)]).toEqual([[], undefined])
})

test('a default VPC has room for sixteen zones', () => {
  const subnets = subnetsOf(openTransaction(20))
  expect([subnets.length, subnets.at(-1)]).toEqual([16, '6 172.31.240.0/20'])
})

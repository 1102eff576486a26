import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds, type AddressSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers, Input } from '../action.ts'
import { ActionError, invalidCombination, invalidValue } from '../errors.ts'
import { notFoundOf } from '../not-found.ts'
import { allocate, release } from './allocate.ts'
import { associate, disassociate } from './association.ts'
import { addressFilters as filters } from './filters.ts'
import { findAddress, findTarget } from './find-address.ts'
import { tellAddresses } from './tell-addresses.ts'

const notFound = notFoundOf(ec2Kinds.addresses)
const expectAddress = 'Invalid request, expect PublicIp/AllocationId parameter.'

/** AllocateAddress and all that is done with addresses that outlive what they lead to. */
export const addressActions = {
  AllocateAddress: (input, transaction) => {
    const { Tags: _, ...spec } = allocate(transaction, input).spec
    return spec
  },

  ReleaseAddress: (input, transaction) => {
    release(transaction, findAddress(transaction, input, expectAddress))
    return {}
  },

  AssociateAddress: (input, transaction) => {
    if (input.InstanceId !== undefined && input.NetworkInterfaceId !== undefined) {
      throw invalidCombination('You may specify either InstanceId or NetworkInterfaceId, not both.')
    }
    const address = findAddress(transaction, input, expectAddress)
    const target = findTarget(transaction, input)
    const { NetworkInterfaceId: before } = address.spec
    const isMove = before !== undefined && before !== target.NetworkInterfaceId
    if (isMove && input.AllowReassociation === false) {
      throw new ActionError(
        'Resource.AlreadyAssociated',
        `resource ${address.id} is already associated with associate-id ${address.spec.AssociationId}`,
      )
    }
    return { AssociationId: associate(transaction, address, target) }
  },

  DisassociateAddress: (input, transaction) => {
    disassociate(transaction, findAssociated(transaction, input))
    return {}
  },

  DescribeAddresses: (input, transaction) => {
    const named = (input.PublicIps ?? []).map(
      (PublicIp) => findAddress(transaction, { PublicIp }, expectAddress).id,
    )
    const { rows } = selectPage(input, {
      rows: tellAddresses(transaction, transaction.list(ec2Kinds.addresses)),
      filters,
      ids: [...(input.AllocationIds ?? []), ...named],
      notFound,
    })
    return { Addresses: rows.map(({ spec }) => spec) }
  },

  /** No address has a name of its own: reverse names are not served here. */
  DescribeAddressesAttribute: (input, transaction) => {
    if (input.Attribute !== undefined && input.Attribute !== 'domain-name') {
      throw invalidValue('attribute', input.Attribute)
    }
    const { rows, ...next } = selectPage(input, {
      rows: transaction.list(ec2Kinds.addresses),
      filters: {},
      ids: input.AllocationIds,
      notFound,
      page: { least: 1, most: 1000 },
    })
    const Addresses = rows.map(({ id, spec }) => ({ AllocationId: id, PublicIp: spec.PublicIp }))
    return { Addresses, ...next }
  },
} as const satisfies Handlers

function findAssociated(
  transaction: Transaction,
  { AssociationId, PublicIp }: Input<'DisassociateAddress'>,
): Resource<AddressSpec> {
  if (AssociationId === undefined) {
    return findAddress(
      transaction,
      { PublicIp },
      'Invalid request, expect PublicIp/AssociationId parameter.',
    )
  }
  const all = transaction.list(ec2Kinds.addresses)
  const found = all.find(({ spec }) => spec.AssociationId === AssociationId)
  if (found !== undefined) return found
  throw new ActionError(
    'InvalidAssociationID.NotFound',
    `The association ID '${AssociationId.slice(0, 100)}' does not exist`,
  )
}

import type { Address } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { AddressSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { holderOf } from '../network-interface/attachments.ts'

/** An address as it is told of. */
export type ToldAddress = Resource<Wire<Address>>

/** Returns addresses with the instances that they lead to. */
export function tellAddresses(
  transaction: Transaction,
  addresses: readonly Resource<AddressSpec>[],
): readonly ToldAddress[] {
  const NetworkInterfaceOwnerId = transaction.caller.account.id
  return addresses.map((address) => {
    const { NetworkInterfaceId = '' } = address.spec
    const InstanceId = holderOf(transaction, NetworkInterfaceId)?.InstanceId ?? ''
    const owner = NetworkInterfaceId === '' ? {} : { NetworkInterfaceOwnerId }
    return { ...address, spec: { ...address.spec, InstanceId, NetworkInterfaceId, ...owner } }
  })
}

import type { NetworkInterfaceAttachment } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { NetworkInterfaceSpec } from '../../resource/kinds.ts'
import { instancesOfInterface } from '../../resource/resource-index.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** Which instance has an interface, and as which one of its own. */
export type Holder = { readonly InstanceId: string; readonly DeviceIndex: number }

/** Returns who has an interface; nothing of one that is free. */
export function holderOf(transaction: Transaction, id: string): Holder | undefined {
  const [instance] = transaction.listBy(instancesOfInterface, id)
  if (instance === undefined) return undefined
  return { InstanceId: instance.id, DeviceIndex: instance.spec.NetworkInterfaceIds.indexOf(id) }
}

/** Returns what is told of an interface that an instance has. */
export function tellAttachment(
  { id, spec }: Resource<NetworkInterfaceSpec>,
  { InstanceId, DeviceIndex }: Holder,
): Wire<NetworkInterfaceAttachment> {
  return {
    // It is attached once in its life: its own number does.
    AttachmentId: `eni-attach${id.slice(id.lastIndexOf('-'))}`,
    AttachTime: spec.AttachTime,
    DeleteOnTermination: spec.DeleteOnTermination ?? false,
    DeviceIndex,
    InstanceId,
    InstanceOwnerId: spec.OwnerId,
    NetworkCardIndex: 0,
    Status: 'attached',
  }
}

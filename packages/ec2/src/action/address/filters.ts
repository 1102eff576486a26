import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { ToldAddress } from './tell-addresses.ts'

/** Source: EC2's API reference, DescribeAddresses; `domain` is an older name. */
export const addressFilters: FilterTable<ToldAddress> = {
  'allocation-id': ({ id }) => [id],
  'association-id': ({ spec }) => texts(spec.AssociationId),
  domain: ({ spec }) => texts(spec.Domain),
  'instance-id': ({ spec }) => texts(spec.InstanceId),
  'network-border-group': ({ spec }) => texts(spec.NetworkBorderGroup),
  'network-interface-id': ({ spec }) => texts(spec.NetworkInterfaceId),
  'network-interface-owner-id': ({ spec }) => texts(spec.NetworkInterfaceOwnerId),
  'private-ip-address': ({ spec }) => texts(spec.PrivateIpAddress),
  'public-ip': ({ spec }) => texts(spec.PublicIp),
}

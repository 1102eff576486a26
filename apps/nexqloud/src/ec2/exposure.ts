import type { InstanceExposure } from '@nexqloud/ec2'
import type { Exposure } from '@nexqloud/masternode'

/** Returns where an instance is reached as the router has it. */
export function toExposure({
  publicAddress,
  privateAddress,
  publicName,
  ports,
  ingress,
}: InstanceExposure): Exposure {
  return {
    address: publicAddress,
    podAddress: publicAddress ?? privateAddress,
    hostnames: publicName === undefined ? [] : [publicName],
    ports: ports.map((port) => ({ port, protocol: 'tcp' })),
    passages: ingress,
  }
}

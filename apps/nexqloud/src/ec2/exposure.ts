import type { InstanceExposure } from '@nexqloud/ec2'
import type { Exposure } from '@nexqloud/masternode'

/** Where everybody looks for SSH. */
const SSH_PORT = 22

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
    // At this one no container is met: SSH is spoken for it.
    ports: ports.map((port) => ({ port, protocol: port === SSH_PORT ? 'ssh' : 'tcp' })),
    passages: ingress,
  }
}

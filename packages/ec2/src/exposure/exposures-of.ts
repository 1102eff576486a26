import { createInterfaceTeller } from '../action/network-interface/tell-interfaces.ts'
import { interfacePassages } from '../action/security-group/interface-passages.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { Transaction } from '../resource/transaction.ts'
import type { InstanceExposure } from './exposure.ts'
import { reachedPorts } from './reached-ports.ts'

/** Returns where the instances of an account in a region are reached, by their ids: those that are not to be terminated. */
export function exposuresOf(transaction: Transaction): ReadonlyMap<string, InstanceExposure> {
  const tell = createInterfaceTeller(transaction)
  const { ingressOf } = interfacePassages(transaction)
  const wanted = transaction.list(ec2Kinds.instances).filter(({ spec }) => {
    return spec.Goal !== 'terminated'
  })
  return new Map(
    wanted.map(({ id, spec }) => {
      const [first = ''] = spec.NetworkInterfaceIds
      const found = transaction.find(ec2Kinds.networkInterfaces, first)
      const ingress = found === undefined ? [] : ingressOf(found)
      const { PublicIp, PublicDnsName = '' } =
        (found && tell(found).spec.Association) ?? ({} as const)
      return [
        id,
        {
          publicAddress: PublicIp,
          privateAddress: found?.spec.PrivateIpAddress,
          publicName: PublicDnsName === '' ? undefined : PublicDnsName,
          ports: reachedPorts(ingress, spec.ExposedPorts ?? []),
          ingress,
        },
      ]
    }),
  )
}

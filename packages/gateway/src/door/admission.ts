import { BlockList, isIP, isIPv4 } from 'node:net'

import { isOfTraffic, plainAddressOf, protocols, type Passage } from '@nexqloud/kernel'

import type { Route } from '../route.ts'

/** Whether somebody who comes from an address is let in to a port. */
export type Admission = (remoteAddress: string | undefined, port: number) => boolean

/** Returns who a route lets in. Its passages are read when the first visitor comes: routes are published far more often than looked at. */
export function createAdmission({ passages }: Pick<Route, 'passages'>): Admission {
  if (passages === undefined) return () => true
  let gates: readonly Gate[] | undefined
  return (remoteAddress = '', port) => {
    const address = plainAddressOf(remoteAddress)
    if (isIP(address) === 0) return false
    gates ??= readGates(passages)
    return gates.some(
      ({ traffic, holds }) =>
        isOfTraffic(traffic, { protocol: protocols.tcp, port }) && holds(address),
    )
  }
}

/** Passages of the same traffic, and whose they are. */
type Gate = { readonly traffic: Passage; readonly holds: (address: string) => boolean }

function readGates(passages: readonly Passage[]): readonly Gate[] {
  const byTraffic = Map.groupBy(passages, ({ protocol, from, to }) => `${protocol} ${from} ${to}`)
  return [...byTraffic.values()].flatMap((alike) => {
    const [traffic] = alike
    return traffic === undefined ? [] : [{ traffic, holds: readBlocks(alike) }]
  })
}

/** What is no block of addresses holds nobody. */
function readBlocks(passages: readonly Passage[]): Gate['holds'] {
  // One list for both versions would take `::/0` for every IPv4 address, too.
  const [version4, version6] = [new BlockList(), new BlockList()]
  for (const { cidr } of passages) {
    const [address = '', bits = '', ...rest] = cidr.split('/')
    const isBits = /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128)
    if (isIP(address) === 0 || !isBits || rest.length > 0) continue
    if (isIPv4(address)) version4.addSubnet(address, Number(bits), 'ipv4')
    else version6.addSubnet(address, Number(bits), 'ipv6')
  }
  return (address) =>
    isIPv4(address) ? version4.check(address, 'ipv4') : version6.check(address, 'ipv6')
}

import { createHash } from 'node:crypto'

import { bridgePrefixOf } from './bridge.ts'
import { macOf } from './container-mac.ts'

/** What of a table keeps what one container has begun from the one that has its address next. */
export type FlowRules = {
  /** A chain that says whose flow a packet begins, before the kernel looks for one that it belongs to. */
  readonly chain: string
  /** Of what comes in, to be asked before it is let through. */
  readonly shut: string
}

/** Zones of the kernel have 16 bits; 0 is everybody's. */
const ZONES = 0xffff

/**
 * Returns the rules of nftables that keep the flows of an owner's containers apart: the kernel knows a flow by its addresses, and keeps it for minutes after its
 * container is gone, or as long as the other end sends. So each container's flows are in a zone of its own in the direction in which it begins them, and what
 * comes for a zone that is nobody's any more is dropped.
 */
export function formatFlowRules(owner: string, containers: readonly string[]): FlowRules {
  const own = `"${bridgePrefixOf(owner)}*"`
  const zones = new Map(containers.map((container) => [macOf(container), zoneOf(container)]))
  const known = [...new Set([0, ...zones.values()])]
  const pairs = [...zones].map(([mac, zone]) => `${mac} : ${zone}`)
  const sets = pairs.length === 0 ? '' : setZones(own, pairs)
  return {
    chain: `  chain tenant_flows {
    type filter hook prerouting priority raw; policy accept;
${sets}  }
`,
    shut: `    oifname ${own} ct original zone != { ${known.join(', ')} } drop\n`,
  }
}

/** A zone in both directions would not be found by answers, which come to the machine's address and say nothing of a container. */
function setZones(own: string, pairs: readonly string[]): string {
  return `    iifname ${own} ct original zone set ether saddr map { ${pairs.join(', ')} }\n`
}

function zoneOf(container: string): number {
  return 1 + (createHash('sha256').update(container).digest().readUInt32BE() % ZONES)
}

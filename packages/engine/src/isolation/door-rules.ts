import { BRIDGE_PREFIX, bridgePrefixOf } from './bridge.ts'
import { InvalidAddressError } from './errors.ts'

/** A port at {@link DOORS_ADDRESS} that tenants reach, and the port of this machine that it is. */
export type TenantDoor = { readonly port: number; readonly to: number }

/** Where clouds have what an instance may know of itself: nothing of the machine's own cloud answers a tenant there. */
const DOORS_ADDRESS = '169.254.169.254'

/** What of a table leads tenants through doors. */
export type DoorRules = {
  /** A chain that turns what is sent there, from the owner's own bridges alone, before rules of anybody else do. */
  readonly chain: string
  /** Of what comes from elsewhere than tenants, to be asked first: the ports behind the doors are shut. */
  readonly shut: string
  /** Of what comes from tenants: what came through a door passes. Another owner's is let through, too: its table refuses what it is to. */
  readonly open: string
}

/**
 * Returns the rules of nftables by which an owner's tenants reach this machine through doors.
 *
 * @throws {@link InvalidAddressError} where one is no port.
 */
export function formatDoorRules(owner: string, doors: readonly TenantDoor[]): DoorRules {
  doors.forEach(assertDoor)
  const own = `"${bridgePrefixOf(owner)}*"`
  const lines = (toRule: (door: TenantDoor) => string): string =>
    doors.map((door) => `    ${toRule(door)}\n`).join('')
  const turns = lines(
    ({ port, to }) =>
      `iifname ${own} ip daddr ${DOORS_ADDRESS} tcp dport ${port} redirect to :${to}`,
  )
  return {
    chain: `  chain tenant_doors {
    type nat hook prerouting priority dstnat - 10; policy accept;
${turns}  }
`,
    shut: lines(
      ({ to }) =>
        `iifname != "${BRIDGE_PREFIX}*" tcp dport ${to} ct state new reject with tcp reset`,
    ),
    open: lines(
      ({ port }) =>
        `ct original ip daddr ${DOORS_ADDRESS} meta l4proto tcp ct original proto-dst ${port} ct status dnat accept`,
    ),
  }
}

function assertDoor(door: TenantDoor): void {
  for (const port of [door.port, door.to]) {
    const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
    if (!isPort) throw new InvalidAddressError(String(port), 'a port, from 1 to 65535')
  }
}

import type { Cleanup } from './cleanup.ts'
import { openNamespace, type Namespace } from './namespace.ts'

/** A device at home, behind a router. */
export type Home = {
  readonly device: Namespace
  readonly router: Namespace
}

/** The router at home, which also answers names where a test starts that. */
export const RESOLVER = '192.168.77.1'
/** The router's link to the internet, which a test makes. */
export const WAN = 'w0'

/** As routers at home do: all go out under one address, and nobody comes in who was not asked. */
const rules = `
  table ip home {
    chain out { type nat hook postrouting priority srcnat; oifname "${WAN}" masquerade; }
    chain in { type filter hook input priority filter; iifname "${WAN}" ct state new drop; }
    chain through { type filter hook forward priority filter; iifname "${WAN}" ct state new drop; }
  }`

/** Makes namespaces for a device and its router, which has no link to the internet yet. */
export function openHome(cleanup: Cleanup): Home {
  const [device, router] = [openNamespace(cleanup), openNamespace(cleanup)]
  router.run('ip', 'link', 'add', 'lan0', 'type', 'bridge')
  router.run('ip', 'address', 'add', `${RESOLVER}/24`, 'dev', 'lan0')
  router.run('ip', 'link', 'set', 'lan0', 'up')
  router.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  router.run('nft', rules)
  plugIn(router, { port: 'p0', computer: device, address: '192.168.77.2/24' })
  return { device, router }
}

/** Connects a computer to the network at home. */
export function plugIn(
  router: Namespace,
  { port, computer, address }: { port: string; computer: Namespace; address: string },
): void {
  connect(router, { port, other: computer, address })
  router.run('ip', 'link', 'set', port, 'master', 'lan0')
  computer.run('ip', 'route', 'add', 'default', 'via', RESOLVER)
}

/** Joins a router to another namespace, whose end is called `e0`. */
export function connect(
  router: Namespace,
  { port, other, address }: { port: string; other: Namespace; address: string },
): void {
  router.run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'e0', 'netns', other.name)
  router.run('ip', 'link', 'set', port, 'up')
  other.run('ip', 'address', 'add', address, 'dev', 'e0')
  other.run('ip', 'link', 'set', 'e0', 'up')
}

import type { InstanceSession } from './instance-session.ts'
import type { InstanceState } from './state.ts'

/** The gateway's names of instances end with this; browsers and resolvers lead it to the machine itself (RFC 6761). */
const DOMAIN = 'localhost'

/** Returns where an instance answers: each port at its own address, and by its name what speaks HTTP. */
export function urlsOf(
  { name, namespace, address, ports }: InstanceState,
  { gatewayPort }: Pick<InstanceSession, 'gatewayPort'>,
): readonly string[] {
  if (address === undefined) return []
  const own = ports.map(({ port }) => `http://${address}:${port}`)
  const speaksHttp = ports.some(({ protocol }) => protocol === 'http')
  if (!speaksHttp || gatewayPort === undefined) return own
  return [...own, `http://${name}.${namespace}.${DOMAIN}:${gatewayPort}`]
}

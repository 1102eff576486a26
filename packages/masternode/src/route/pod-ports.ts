import type { Pod } from '@nexqloud/control'
import type { RoutePort } from '@nexqloud/gateway'

/** The names by which a port says that HTTP is spoken on it, as Istio and GKE know them: `http`, `http-admin`. */
const HTTP = /^http(?:-|$)/

/** How many ports of an instance are served: each is a socket of this machine. */
const MOST_PORTS = 64

/** Returns what of a pod is reached from outside: the first 64 TCP ports that its containers declare. */
export function portsOf(spec: Pod['spec']): readonly RoutePort[] {
  const declared = (spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports)
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ containerPort: port, name = '' }): RoutePort => {
      return { port, protocol: HTTP.test(name) ? 'http' : 'tcp' }
    })
  const valid = declared.filter(({ port }) => Number.isInteger(port) && port > 0 && port < 65_536)
  return [...new Map(valid.map((each) => [each.port, each])).values()].slice(0, MOST_PORTS)
}

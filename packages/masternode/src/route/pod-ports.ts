import type { Pod } from '@nexqloud/control'
import type { RoutePort } from '@nexqloud/gateway'

/** The names by which a port says that HTTP is spoken on it, as Istio and GKE know them: `http`, `http-admin`. */
const HTTP = /^http(?:-|$)/

/** Returns what of a pod is reached from outside: the TCP ports that its containers declare. */
export function portsOf(spec: Pod['spec']): readonly RoutePort[] {
  const declared = (spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports)
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ containerPort: port, name = '' }): RoutePort => {
      return { port, protocol: HTTP.test(name) ? 'http' : 'tcp' }
    })
  return [...new Map(declared.map((each) => [each.port, each])).values()]
}

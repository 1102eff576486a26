/** The ports of a network's processes on one machine. */
export type Ports = {
  readonly chain: number
  readonly kubernetes: number
  readonly gateway: number
  /** Where the image of the first app is pulled from. */
  readonly registry: number
}

/** Returns the usual ports, or those that follow from the first one: chain, Kubernetes, EC2, gateway, gateway with TLS, SSH, metrics, dashboard, devices, registry. */
export function portsOf(base: number | undefined): Ports {
  if (base === undefined) return { chain: 8545, kubernetes: 6443, gateway: 8080, registry: 4434 }
  return { chain: base, kubernetes: base + 1, gateway: base + 3, registry: base + 9 }
}

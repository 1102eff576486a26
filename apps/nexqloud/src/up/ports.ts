/** The ports of a network's processes on one machine, and the addresses of its instances. */
export type Ports = {
  readonly chain: number
  readonly kubernetes: number
  readonly ec2: number
  readonly gateway: number
  /** Where the image of the first app is pulled from. */
  readonly registry: number
  /** The range that instances get their addresses of: another one for each network, so that no one's is answered by another. */
  readonly pool: string
  /** The range of the public addresses that EC2 gives out. */
  readonly ec2Pool: string
}

/** How many a network has. */
const PORTS = 10

/** Returns the usual ports, or those that follow from the first one: chain, Kubernetes, EC2, gateway, gateway with TLS, SSH, metrics, dashboard, devices, registry. */
export function portsOf(base: number | undefined): Ports {
  if (base === undefined) {
    return {
      chain: 8545,
      kubernetes: 6443,
      ec2: 8773,
      gateway: 8080,
      registry: 4434,
      ...poolsOf(66),
    }
  }
  return {
    chain: base,
    kubernetes: base + 1,
    ec2: base + 2,
    gateway: base + 3,
    registry: base + 9,
    ...poolsOf(67 + (Math.floor(base / PORTS) % 180)),
  }
}

function poolsOf(byte: number): Pick<Ports, 'pool' | 'ec2Pool'> {
  return { pool: `127.${byte}.0.0/17`, ec2Pool: `127.${byte}.128.0/17` }
}

/** A port that an instance listens on. */
export type PortRequest = {
  readonly containerPort: number
  readonly protocol: 'http' | 'tcp'
}

const PORT = /^(\d{1,5})(?:\/(http|tcp))?$/

/** Returns a port from `80`, `80/http` or `5432/tcp`; what is wrong with it where it is none. */
export function parsePort(text: string): PortRequest | string {
  const [, digits = '', protocol] = PORT.exec(text) ?? []
  const containerPort = Number(digits)
  if (containerPort >= 1 && containerPort <= 65_535) {
    return { containerPort, protocol: protocol === 'http' ? 'http' : 'tcp' }
  }
  if (/^\d+:\d+/.test(text)) {
    return `-p ${text} maps a port: an instance has an address of its own, name the container's port alone.`
  }
  return `-p ${text} is no port: write 1 to 65535, alone or with /http or /tcp behind it.`
}

/** Returns a container's ports: one that is named `http`, or begins with `http-`, is served by request. */
export function toContainerPorts(ports: readonly PortRequest[]) {
  return ports.map(({ containerPort, protocol }, index) => {
    const isFirst = ports.findIndex((one) => one.protocol === protocol) === index
    return { containerPort, name: isFirst ? protocol : `${protocol}-${containerPort}` }
  })
}

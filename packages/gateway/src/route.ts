import { isPortPassed, protocols, type Passage } from '@nexqloud/kernel'

/** A port of an instance's address, and how it is served. */
export type RoutePort = {
  readonly port: number
  /**
   * `tcp`: bytes pass as they are, whatever they mean. `http`: each request finds its way for itself. `ssh`: the container does not speak it,
   * whoever is told by `onSsh` does.
   */
  readonly protocol: 'tcp' | 'http' | 'ssh'
}

/** What the gateway serves of one instance. */
export type Route = {
  /** `namespace/name`. */
  readonly id: string
  /** The IPv4 address that it listens on, of 127.66.0.0/16 on one machine; undefined: it is reached by name alone. */
  readonly address: string | undefined
  /** Names that are answered on the shared HTTP port. */
  readonly hostnames: readonly string[]
  readonly ports: readonly RoutePort[]
  /** Who is let in, and to which of its ports: nobody else is. Everybody where it is left out. */
  readonly passages?: readonly Passage[]
  /** Why it is nowhere, as a sentence, where nobody wants it to be anywhere: its visitors are told so, and do not wait. */
  readonly resting?: string
}

/** Returns the port that the instance's names lead to: its first one for HTTP, else 80, else its first one. */
export function httpPortOf({ ports }: Route): number | undefined {
  const own = ports.filter(({ protocol }) => protocol !== 'ssh')
  const found =
    own.find(({ protocol }) => protocol === 'http') ?? own.find(({ port }) => port === 80)
  return (found ?? own[0])?.port
}

/** Returns the ports that anybody at all is let in to: all others are closed to everybody. */
export function openPortsOf({ ports, passages }: Route): readonly RoutePort[] {
  if (passages === undefined) return ports
  return ports.filter(({ port }) => isPortPassed(passages, { protocol: protocols.tcp, port }))
}

import { ActionError } from '../errors.ts'

/** What a rule lets through, before who may: with ports, or with type and code of ICMP, or with all of them. */
export type Traffic = {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol (IANA), or `-1`: all. */
  readonly IpProtocol: string
  /** -1 where all are let through, or the protocol has none. */
  readonly FromPort: number
  readonly ToPort: number
}

/** What is asked for. */
export type AskedTraffic = { readonly [Field in keyof Traffic]?: Traffic[Field] | undefined }

/** Protocols that are told by their names. */
const names: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' }
const named: ReadonlySet<string> = new Set(Object.values(names))

const MOST_PROTOCOL = 255
const MOST_PORT = 65_535
const MOST_ICMP = 255

/**
 * Returns what is let through by what is asked for.
 *
 * @throws {@link ActionError} for protocols and ports that there are not.
 */
export function readTraffic(asked: AskedTraffic): Traffic {
  const IpProtocol = readProtocol(asked.IpProtocol)
  if (IpProtocol === 'tcp' || IpProtocol === 'udp') return { IpProtocol, ...readPorts(asked) }
  if (named.has(IpProtocol)) return { IpProtocol, ...readIcmp(asked) }
  return { IpProtocol, FromPort: -1, ToPort: -1 }
}

function readProtocol(text: string | undefined): string {
  if (text === undefined || text === '') {
    throw invalid(
      "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.",
    )
  }
  const name = text.toLowerCase()
  if (name === '-1' || name === 'all') return '-1'
  if (named.has(name)) return name
  if (/^\d{1,3}$/.test(name) && Number(name) <= MOST_PROTOCOL) {
    const number = String(Number(name))
    return names[number] ?? number
  }
  throw invalid(`Invalid value '${text.slice(0, 100)}' for IP protocol. Unknown protocol.`)
}

function readPorts({ FromPort, ToPort }: AskedTraffic): Omit<Traffic, 'IpProtocol'> {
  if (FromPort === undefined || ToPort === undefined) {
    throw invalid('Invalid value for portRange. Must specify both from and to ports with TCP/UDP.')
  }
  const isRange = isWithin(FromPort, 0, MOST_PORT) && isWithin(ToPort, FromPort, MOST_PORT)
  if (!isRange) throw invalid(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`)
  return { FromPort, ToPort }
}

/** A type and its code; where all types are let through, all codes are. */
function readIcmp({ FromPort = -1, ToPort = -1 }: AskedTraffic): Omit<Traffic, 'IpProtocol'> {
  const isType = isWithin(FromPort, -1, MOST_ICMP) && isWithin(ToPort, -1, MOST_ICMP)
  if (!isType || (FromPort === -1 && ToPort !== -1)) {
    throw invalid(`Invalid ICMP type and code (${FromPort}:${ToPort})`)
  }
  return { FromPort, ToPort }
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function invalid(message: string): ActionError {
  return new ActionError('InvalidParameterValue', message)
}

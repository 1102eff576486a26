import type { Passage } from '@nexqloud/kernel'

const TCP = 6
const SSH = 22
const LAST_PORT = 65_535

/** A rule that lets through as many ports, and no more, has each of them listened on: each is a socket of the gateway. */
const MOST_OF_A_RULE = 64
/** How many ports of an instance are listened on. */
const MOST_PORTS = 64

/**
 * Returns the TCP ports that an instance is reached on: those that its groups name, each; of a rule that lets many through, or everything, those that the
 * image says it serves, and SSH's.
 */
export function reachedPorts(
  ingress: readonly Passage[],
  served: readonly number[],
): readonly number[] {
  const known = served.slice(0, MOST_PORTS)
  const ports = new Set<number>()
  for (const passage of ingress) {
    for (const port of portsOf(passage, known)) ports.add(port)
    if (ports.size >= MOST_PORTS) break
  }
  return [...ports].slice(0, MOST_PORTS).toSorted((one, other) => one - other)
}

function portsOf(
  { protocol, from = 0, to = LAST_PORT }: Passage,
  served: readonly number[],
): readonly number[] {
  if (protocol !== undefined && protocol !== TCP) return []
  const [first, last] = [Math.max(1, from), Math.min(LAST_PORT, to)]
  const count = Math.max(0, last - first + 1)
  if (count <= MOST_OF_A_RULE) return Array.from({ length: count }, (_, step) => first + step)
  return [SSH, ...served].filter((port) => first <= port && port <= last)
}

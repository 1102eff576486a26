/** Which instance a name leads to. A name that two of them want is the first one's, until that one leaves it. */
export class Hostnames {
  readonly #wanted = new Map<string, Set<string>>()
  readonly #namesOf = new Map<string, readonly string[]>()

  /** Returns the id of the instance that has a name, in lower case. */
  find(hostname: string): string | undefined {
    const [first] = this.#wanted.get(hostname) ?? []
    return first
  }

  /** Gives an instance its names, in place of those that it had. */
  set(id: string, hostnames: readonly string[]): void {
    const names = hostnames.map(normalizeHostname)
    for (const name of this.#namesOf.get(id) ?? []) {
      if (names.includes(name)) continue
      this.#wanted.get(name)?.delete(id)
      if (this.#wanted.get(name)?.size === 0) this.#wanted.delete(name)
    }
    if (names.length === 0) this.#namesOf.delete(id)
    else this.#namesOf.set(id, names)
    for (const name of names) this.#wanted.set(name, (this.#wanted.get(name) ?? new Set()).add(id))
  }
}

/** Returns a name as it is compared: in lower case, without the dot of the root. */
function normalizeHostname(hostname: string): string {
  const name = hostname.toLowerCase()
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** Returns the name of a Host, without its port. */
export function hostnameOf(host: string): string {
  const colon = host.lastIndexOf(':')
  const isIpv6 = host.endsWith(']')
  return normalizeHostname(colon === -1 || isIpv6 ? host : host.slice(0, colon))
}

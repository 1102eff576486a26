import { isIP } from 'node:net'

/** Names under which a machine reaches itself. */
const loopback: ReadonlySet<string> = new Set(['localhost'])

/**
 * Returns whether a request's `Host` header names this node: a page of another name that was made to point here (DNS
 * rebinding) does not. An address cannot be made to point elsewhere, so each is right. Without the header the request does
 * not come from a page.
 */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return true
  const name = hostnameOf(header)
  if (name === undefined) return false
  return isIP(name) !== 0 || loopback.has(name) || names.includes(name) || names.includes('*')
}

/** Returns whether a page of this origin may ask; programs that are no pages name none. */
export function isAllowedOrigin(origin: string | undefined, allowed: readonly string[]): boolean {
  return origin === undefined || allowed.includes('*') || allowed.includes(origin.toLowerCase())
}

/** Returns the name or address in a `Host` header, without its port. */
function hostnameOf(header: string): string | undefined {
  const url = URL.parse(`http://${header}`)
  const isBare = url !== null && url.pathname === '/' && url.username === '' && url.search === ''
  return isBare ? url.hostname.replace(/^\[|\]$/g, '') : undefined
}

import { createHash } from 'node:crypto'

/**
 * Returns the link address that a container gets in its network, by its name: so it is known before the container starts, and no tenant can change it,
 * as none may manage a network or write frames of its own. It is a locally administered one (IEEE 802: the second bit of its first byte).
 */
export function macOf(container: string): string {
  const [first = 0, ...more] = createHash('sha256').update(container).digest().subarray(0, 6)
  return [(first & 0xfc) | 0x02, ...more]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':')
}

/** Networks of 253 containers each, in a part of 10.0.0.0/8 that hardly anybody has at home. */
const [FIRST, STEP, COUNT] = [0x0a_d2_00_00, 0x100, 0x100]
const RANGE_MASK = 0xffff_ff00
/** A VPN that everything goes through says so by two routes to a half of the internet each; nobody lives there. */
const WIDEST_MASK = 0xff00_0000

type Route = { readonly destination: number; readonly mask: number }

/**
 * Returns ranges for networks that no route of a machine leads to, in order.
 *
 * @param routes as /proc/net/route has them.
 */
export function findFreeRanges(routes: string): readonly string[] {
  const used = readRoutes(routes)
  const all = Array.from({ length: COUNT }, (_, index) => FIRST + index * STEP)
  return all
    .filter((range) => !used.some((route) => overlap(route, range)))
    .map((range) => `10.210.${(range >> 8) & 0xff}.0/24`)
}

/** Numbers are in the machine's own order of bytes: little endian, as on all that Node runs on with containers. */
function readRoutes(routes: string): readonly Route[] {
  const columns = routes.split('\n').map((line) => line.trim().split(/\s+/))
  return columns.flatMap(([, destination = '', , , , , , mask = '']) => {
    if (![destination, mask].every((word) => /^[0-9A-F]{8}$/i.test(word))) return []
    const route = { destination: readNumber(destination), mask: readNumber(mask) }
    return route.mask < WIDEST_MASK ? [] : [route]
  })
}

function readNumber(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE()
}

function overlap({ destination, mask }: Route, range: number): boolean {
  const common = mask & RANGE_MASK
  return (destination & common) === (range & common)
}

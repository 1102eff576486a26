import { comparePaths, loading } from './gateway/compare-paths.ts'
import { oneHop, throughTunnel, twoHops } from './gateway/paths.ts'
import { defineBench } from './src/index.ts'

/**
 * Connections through gateway, tunnel and device to an nginx that serves files, beside nginx in our place. CPU time of all
 * processes on the path, by proc(5); origin and load are not counted.
 *
 * Of our CPU time two thirds are the kernel's TCP: a write into loopback carries the peer's receiving with it. A small answer that an
 * origin sends as two segments (head, then file) costs whoever reads it an acknowledgement of its own, 3 of 28 microseconds: with
 * `tcp_nopush off` at the origin the ratio to two nginx is 1.65, with it, as Debian has it, 1.9: the median of nine runs,
 * of 1.5 (busy neighbours, who cost us more than nginx) to 2.0.
 * Gathering frames for longer than two turns of the loop, by timers, sleeps or turns, saves nothing: batches grow, wake-ups too.
 */
export const bench = defineBench({
  description:
    'Spliced TCP through gateway and device, against one nginx, and two nginx with TLS between them.',
  samples: 5,
  cases: {
    ours: loading(throughTunnel('tcp')),
    oneHop: loading(oneHop),
    twoHops: loading(twoHops),
  },
  judge: (samples) =>
    comparePaths(samples, { smallOfOneHop: 0.7, smallOfTwoHops: 1.8, bulkOfTwoHops: 0.9 }),
})

import { comparePaths, loading } from './gateway/compare-paths.ts'
import { oneHop, throughTunnel, twoHops } from './gateway/paths.ts'
import { defineBench } from './src/index.ts'

/**
 * Connections through gateway, tunnel and device to an nginx that serves files, beside nginx in our place. CPU time of all
 * processes on the path, by proc(5); origin and load are not counted.
 */
export const bench = defineBench({
  description:
    'Spliced TCP through gateway and device, against one nginx, and two nginx with TLS between them.',
  samples: 3,
  cases: {
    ours: loading(throughTunnel('tcp')),
    oneHop: loading(oneHop),
    twoHops: loading(twoHops),
  },
  judge: (samples) =>
    comparePaths(samples, { smallOfOneHop: 0.7, smallOfTwoHops: 1.8, bulkOfTwoHops: 0.9 }),
})

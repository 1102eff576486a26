import { comparePaths, loading } from './gateway/compare-paths.ts'
import { oneHop, throughTunnel, twoHops } from './gateway/paths.ts'
import { defineBench } from './src/index.ts'

/**
 * Requests through gateway, tunnel and device to an nginx that serves files, each led for itself over streams that are used
 * again, beside nginx in our place. CPU time of all processes on the path, by proc(5); origin and load are not counted.
 */
export const bench = defineBench({
  description:
    'HTTP requests through gateway and device, against one nginx, and two nginx with TLS between them.',
  samples: 5,
  cases: {
    ours: loading(throughTunnel('http')),
    oneHop: loading(oneHop),
    twoHops: loading(twoHops),
  },
  judge: (samples) =>
    comparePaths(samples, { smallOfOneHop: 0.5, smallOfTwoHops: 1.4, bulkOfTwoHops: 0.9 }),
})

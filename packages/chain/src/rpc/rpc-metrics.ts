import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

import type { RequestReport } from './dispatcher.ts'

/** What is counted at the doors. */
export type RpcMetrics = {
  readonly request: (report: RequestReport) => void
  readonly webSockets: (change: 1 | -1) => void
  /** A connection was let go because its client did not take what it was told. */
  readonly slowClient: () => void
}

/** From a look into the cache (0.1 ms) to the longest call (10 s). */
const buckets = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/** Returns counters in a registry, which has to have none of these names yet. */
export function createRpcMetrics(registry: Registry): RpcMetrics {
  const registers = [registry]
  const requests = new Counter({
    name: 'nexqloud_rpc_requests_total',
    help: 'JSON-RPC requests by method and error code; code 0 is an answer.',
    labelNames: ['method', 'code'],
    registers,
  })
  const seconds = new Histogram({
    name: 'nexqloud_rpc_request_seconds',
    help: 'Time from reading a JSON-RPC request to its answer.',
    labelNames: ['method'],
    buckets,
    registers,
  })
  const webSockets = new Gauge({
    name: 'nexqloud_rpc_websockets',
    help: 'WebSocket connections that are open.',
    registers,
  })
  const slowClients = new Counter({
    name: 'nexqloud_rpc_slow_clients_total',
    help: 'Connections that were ended because their client read too slowly.',
    registers,
  })
  return {
    request: ({ method, errorCode, seconds: taken }) => {
      requests.inc({ method, code: errorCode })
      seconds.observe({ method }, taken)
    },
    webSockets: (change) => webSockets.inc(change),
    slowClient: () => slowClients.inc(),
  }
}

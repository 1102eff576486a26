import type { Probe, ProbeHandler, Probes } from '../probe/probe.ts'
import type { PodContainer, PodProbe } from './pod-schema.ts'

/** Kubernetes' own, in seconds. */
const defaults = { initialDelay: 0, period: 10, timeout: 1, success: 1, failure: 3 } as const

/** Returns the probes of a pod's container, with Kubernetes' defaults. */
export function specifyProbes(container: PodContainer): Probes {
  const { startupProbe, livenessProbe, readinessProbe } = container
  return {
    ...(startupProbe && { startup: specifyProbe(container, startupProbe) }),
    ...(livenessProbe && { liveness: specifyProbe(container, livenessProbe) }),
    ...(readinessProbe && { readiness: specifyProbe(container, readinessProbe) }),
  }
}

/** Returns the number of a port that is given by number, or by the name of one of the container's; nothing where it has none. */
export function portNumberOf(
  { ports = [] }: PodContainer,
  port: number | string,
): number | undefined {
  if (typeof port === 'number') return port
  return ports.find(({ name }) => name === port)?.containerPort
}

function specifyProbe(container: PodContainer, probe: PodProbe): Probe {
  return {
    handler: handlerOf(container, probe),
    initialDelayMs: (probe.initialDelaySeconds ?? defaults.initialDelay) * 1000,
    periodMs: (probe.periodSeconds ?? defaults.period) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? defaults.timeout) * 1000,
    successThreshold: probe.successThreshold ?? defaults.success,
    failureThreshold: probe.failureThreshold ?? defaults.failure,
  }
}

/** The policy has seen that there is one handler, and that named ports exist. */
function handlerOf(container: PodContainer, { httpGet, tcpSocket, exec }: PodProbe): ProbeHandler {
  if (httpGet !== undefined) {
    const { scheme = 'HTTP', path = '/', httpHeaders = [] } = httpGet
    return {
      type: 'http',
      scheme: scheme === 'HTTPS' ? 'https' : 'http',
      port: portNumberOf(container, httpGet.port) ?? 0,
      path: path.startsWith('/') ? path : `/${path}`,
      headers: Object.fromEntries(
        httpHeaders.map(({ name, value }) => [name.toLowerCase(), value]),
      ),
    }
  }
  if (tcpSocket !== undefined) {
    return { type: 'tcp', port: portNumberOf(container, tcpSocket.port) ?? 0 }
  }
  return { type: 'exec', command: exec?.command ?? [] }
}

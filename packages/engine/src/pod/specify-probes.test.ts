import { expect, test } from 'vitest'

import { parsePod } from './policy.ts'
import { specifyProbes } from './specify-probes.ts'

test("gives probes Kubernetes' defaults, and the numbers of named ports", () => {
  const found = specify({
    ports: [{ name: 'http', containerPort: 8080 }],
    startupProbe: { exec: { command: ['true'] }, failureThreshold: 30 },
    livenessProbe: { tcpSocket: { port: 'http' } },
    readinessProbe: {
      httpGet: {
        path: 'ready',
        port: 'http',
        scheme: 'HTTPS',
        httpHeaders: [{ name: 'Host', value: 'a.example' }],
      },
      initialDelaySeconds: 1,
      periodSeconds: 2,
      timeoutSeconds: 3,
      successThreshold: 4,
    },
  })
  const usual = { initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1000, successThreshold: 1 }
  expect(found).toEqual({
    startup: { ...usual, failureThreshold: 30, handler: { type: 'exec', command: ['true'] } },
    liveness: { ...usual, failureThreshold: 3, handler: { type: 'tcp', port: 8080 } },
    readiness: {
      initialDelayMs: 1000,
      periodMs: 2000,
      timeoutMs: 3000,
      successThreshold: 4,
      failureThreshold: 3,
      handler: {
        type: 'http',
        scheme: 'https',
        port: 8080,
        path: '/ready',
        headers: { host: 'a.example' },
      },
    },
  })
})

test('gives none where there are none', () => {
  expect(specify({})).toEqual({})
})

function specify(more: object) {
  const resources = { limits: { cpu: '250m', memory: '64Mi' } }
  const containers = [{ name: 'web', image: 'nginx', resources, ...more }]
  const [first] = parsePod({ containers }, { allowsNearbyRegistries: false }).containers
  if (first === undefined) throw new Error('There is no container.')
  return specifyProbes(first)
}

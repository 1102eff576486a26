import fc from 'fast-check'
import { expect, test } from 'vitest'

import { PodRefusedError } from './errors.ts'
import { parsePod } from './policy.ts'

const container = {
  name: 'web',
  image: 'nginx:1',
  resources: { limits: { cpu: '500m', memory: '64Mi' } },
}
const pod = { containers: [container] }

const strict = { allowsNearbyRegistries: false }

const ofPod = (more: object) => ({ ...pod, ...more })
const ofContainer = (more: object) => ({ containers: [{ ...container, ...more }] })
const ofSecurity = (securityContext: object) => ofContainer({ securityContext })

test('lets an ordinary pod pass', () => {
  const ordinary = {
    containers: [
      {
        ...container,
        command: ['nginx'],
        args: ['-g', 'daemon off;'],
        env: [{ name: 'MODE', value: 'fast' }, { name: 'EMPTY' }],
        ports: [{ name: 'http', containerPort: 80 }],
        imagePullPolicy: 'IfNotPresent',
        terminationMessagePath: '/dev/termination-log',
        volumeMounts: [{ name: 'cache', mountPath: '/var/cache' }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
        securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
      },
    ],
    volumes: [{ name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } }],
    nodeName: 'device-7',
    schedulerName: 'nexqloud',
    restartPolicy: 'Always',
    tolerations: [{ operator: 'Exists' }],
  }
  expect(parsePod(ordinary, strict)).toMatchObject({ restartPolicy: 'Always' })
})

/** Each asks for more than a tenant may have. */
test.each([
  ['spec.hostNetwork', ofPod({ hostNetwork: true })],
  ['spec.hostPID', ofPod({ hostPID: true })],
  ['spec.hostIPC', ofPod({ hostIPC: true })],
  ['spec.hostUsers', ofPod({ hostUsers: true })],
  ['spec.serviceAccountName', ofPod({ serviceAccountName: 'admin' })],
  ['spec.runtimeClassName', ofPod({ runtimeClassName: 'kata' })],
  ['spec.initContainers', ofPod({ initContainers: [container] })],
  ['spec.securityContext.sysctls', ofPod({ securityContext: { sysctls: [] } })],
  [
    'spec.volumes[0].hostPath',
    ofPod({
      volumes: [
        { name: 'a', hostPath: { path: '/' }, emptyDir: { medium: 'Memory', sizeLimit: 1 } },
      ],
    }),
  ],
  [
    'spec.volumes[0].emptyDir.medium',
    ofPod({ volumes: [{ name: 'a', emptyDir: { sizeLimit: 1 } }] }),
  ],
  ['spec.containers[0].securityContext.privileged', ofSecurity({ privileged: true })],
  [
    'spec.containers[0].securityContext.allowPrivilegeEscalation',
    ofSecurity({ allowPrivilegeEscalation: true }),
  ],
  [
    'spec.containers[0].securityContext.capabilities.add[0]',
    ofSecurity({ capabilities: { add: ['SYS_ADMIN'] } }),
  ],
  ['spec.containers[0].securityContext.procMount', ofSecurity({ procMount: 'Unmasked' })],
  [
    'spec.containers[0].securityContext.seccompProfile.type',
    ofSecurity({ seccompProfile: { type: 'Unconfined' } }),
  ],
  [
    'spec.containers[0].ports[0].hostPort',
    ofContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }),
  ],
  ['spec.containers[0].env[0].valueFrom', ofContainer({ env: [{ name: 'A', valueFrom: {} }] })],
  ['spec.containers[0].lifecycle', ofContainer({ lifecycle: {} })],
  [
    'spec.containers[0].livenessProbe.httpGet.host',
    ofContainer({ livenessProbe: { httpGet: { port: 80, host: '192.168.1.1' } } }),
  ],
  [
    'spec.containers[0].livenessProbe.tcpSocket.port',
    ofContainer({ livenessProbe: { tcpSocket: { port: 'http' } } }),
  ],
  ['spec.containers[0].startupProbe', ofContainer({ startupProbe: {} })],
  [
    'spec.containers[0].livenessProbe.successThreshold',
    ofContainer({ livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } }),
  ],
  [
    'spec.containers[0].volumeMounts[0].name',
    ofContainer({ volumeMounts: [{ name: 'a', mountPath: '/a' }] }),
  ],
  ['spec.containers[0].workingDir', ofContainer({ workingDir: '/a/../..' })],
  ['spec.containers[0].image', ofContainer({ image: '192.168.1.1/admin' })],
  ['spec.containers[0].image', ofContainer({ image: 'https://a.com/b' })],
  ['spec.containers[0].resources', { containers: [{ name: 'web', image: 'nginx' }] }],
  [
    'spec.containers[0].resources.limits.memory',
    ofContainer({ resources: { limits: { cpu: 1 } } }),
  ],
  [
    'spec.containers[0].securityContext.runAsUser',
    ofSecurity({ runAsUser: 0, runAsNonRoot: true }),
  ],
  ['spec.containers[1].name', { containers: [container, container] }],
  ['spec.containers', { containers: [] }],
  ['spec', 'no pod'],
])('refuses %s', (field, value) => {
  const error = refusalOf(value)
  expect(error.violations.map((violation) => violation.field)).toEqual([field])
  expect(error).toMatchObject({ code: 'ENGINE_POD_REFUSED', kind: 'invalid' })
})

test('refuses variables that repeat each other until they fill all memory', () => {
  const env = [{ name: 'A', value: 'x'.repeat(500) }]
  for (const [name, before] of [
    ['B', 'A'],
    ['C', 'B'],
    ['D', 'C'],
  ] as const) {
    env.push({ name, value: `$(${before})`.repeat(200) })
  }
  expect(() => parsePod(ofContainer({ env }), strict)).toThrow('spec.containers[0].env')
})

test('tells all that is wrong at once, and what to do', () => {
  const error = refusalOf({ ...ofSecurity({ privileged: true }), hostNetwork: true })
  expect(error.message).toMatchInlineSnapshot(
    `"The pod was refused: spec.containers[0].securityContext.privileged may only be false; spec.hostNetwork may only be false."`,
  )
  expect(error.hint).toMatchInlineSnapshot(
    `"Remove privileged; what root needs for a service is in capabilities. Remove hostNetwork: an instance has an address of its own."`,
  )
})

test('lets no field pass that it does not know, wherever it stands', () => {
  const places = [
    (key: string) => ofPod({ [key]: true }),
    (key: string) => ofContainer({ [key]: true }),
    (key: string) => ofSecurity({ [key]: true }),
    (key: string) => ofContainer({ livenessProbe: { tcpSocket: { port: 1, [key]: 1 } } }),
  ]
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.string(), (place, word) => {
      const error = refusalOf(place(`x${word}`))
      expect(error.violations).toHaveLength(1)
      expect(error.message).toMatch(/^[\x20-\x7e]*$/)
    }),
  )
})

test('takes images from nearby where the network says so', () => {
  const nearby = ofContainer({ image: '127.0.0.1:5000/web' })
  expect(parsePod(nearby, { allowsNearbyRegistries: true }).containers).toHaveLength(1)
})

test('answers whatever it is given', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(refusalOf(value).violations.length).toBeGreaterThan(0)
    }),
  )
})

function refusalOf(value: unknown): PodRefusedError {
  try {
    parsePod(value, strict)
  } catch (error) {
    if (error instanceof PodRefusedError) return error
    throw error
  }
  throw new Error('It was let pass.')
}

import { expect, test } from 'vitest'

import type { ContainerSpecification } from '../container/specification.ts'
import type { ImageId } from '../image/image.ts'
import { parsePod } from './policy.ts'
import { specifyContainer } from './specify-container.ts'

test('gives a container what its pod says', () => {
  const found = specify({
    securityContext: { runAsUser: 1000, runAsGroup: 2000 },
    hostname: 'web-0',
    volumes: [{ name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '1Ki' } }],
    container: {
      command: ['run'],
      args: ['fast'],
      workingDir: '/srv',
      env: [{ name: 'A', value: '1' }, { name: 'B' }],
      volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    },
  })
  expect(found).toEqual({
    name: 'pod-web',
    hostname: 'web-0',
    image: 'sha256:ab',
    network: { kind: 'none' },
    labels: { pod: '1' },
    command: ['run'],
    args: ['fast'],
    workingDir: '/srv',
    env: { A: '1', B: '' },
    user: '1000:2000',
    limits: { cpuMilli: 250, memoryBytes: 67_108_864, pids: 1024 },
    capabilities: [],
    readOnlyRootFilesystem: true,
    tmpfs: [{ path: '/cache', sizeBytes: 1024 }],
  })
})

test('fills in variables, of which each may name those before it', () => {
  const env = [
    { name: 'PORT', value: '80' },
    { name: 'URL', value: 'http://a:$(PORT)' },
    { name: 'EARLY', value: '$(LATE)' },
    { name: 'LATE', value: '1' },
  ]
  const found = specify({ container: { env, command: ['serve', '$(URL)'], args: ['$$(PORT)'] } })
  expect(found).toMatchObject({
    env: { URL: 'http://a:80', EARLY: '$(LATE)' },
    command: ['serve', 'http://a:80'],
    args: ['$(PORT)'],
  })
})

test("lets the container's user go before the pod's", () => {
  const container = { securityContext: { runAsUser: 7 } }
  expect(specify({ container, securityContext: { runAsUser: 8 } }).user).toBe('7')
  expect(specify({}).user).toBeUndefined()
})

test('gives what common images need, and what is added, less what is dropped', () => {
  const capabilities = { add: ['SYS_CHROOT', 'CHOWN'], drop: ['KILL'] }
  const found = specify({ container: { securityContext: { capabilities } } }).capabilities
  expect(found.toSorted().join(' ')).toMatchInlineSnapshot(
    `"CHOWN DAC_OVERRIDE FOWNER NET_BIND_SERVICE SETGID SETUID SYS_CHROOT"`,
  )
  const dropped = { capabilities: { drop: ['ALL'], add: ['CHOWN'] } }
  expect(specify({ container: { securityContext: dropped } }).capabilities).toEqual(['CHOWN'])
})

type Wanted = {
  readonly container?: object
  readonly securityContext?: object
  readonly hostname?: string
  readonly volumes?: readonly object[]
}

function specify({ container = {}, ...pod }: Wanted): ContainerSpecification {
  const resources = { limits: { cpu: '250m', memory: '64Mi' } }
  const containers = [{ name: 'web', image: 'nginx', resources, ...container }]
  const parsed = parsePod({ ...pod, containers }, { allowsNearbyRegistries: false })
  const [first] = parsed.containers
  if (first === undefined) throw new Error('There is no container.')
  return specifyContainer(parsed, first, {
    name: 'pod-web',
    image: 'sha256:ab' as ImageId,
    network: { kind: 'none' },
    labels: { pod: '1' },
  })
}

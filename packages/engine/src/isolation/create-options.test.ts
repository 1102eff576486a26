import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  CAPABILITIES,
  type ContainerId,
  type ContainerSpecification,
} from '../container/specification.ts'
import type { ImageId } from '../image/image.ts'
import { macOf } from './container-mac.ts'
import { createContainerOptions, OWNER_LABEL } from './create-options.ts'

const id = 'ab'.repeat(32)
const text = fc.string({ maxLength: 20 })
const network = fc.constantFrom(
  { kind: 'none' },
  { kind: 'bridge', name: 'account' },
  { kind: 'container', id },
)

const specification = fc.record(
  {
    name: text,
    image: fc.constant(`sha256:${id}` as ImageId),
    command: fc.array(text),
    args: fc.array(text),
    env: fc.dictionary(text, text),
    user: text,
    hostname: text,
    labels: fc.dictionary(fc.oneof(text, fc.constant(OWNER_LABEL)), text),
    network,
    limits: fc.record({ memoryBytes: fc.nat(), cpuMilli: fc.nat(8000), pids: fc.nat() }),
    capabilities: fc.subarray([...CAPABILITIES]),
    readOnlyRootFilesystem: fc.boolean(),
    tmpfs: fc.array(fc.record({ path: text, sizeBytes: fc.nat() })),
    tty: fc.boolean(),
  },
  { requiredKeys: ['name', 'image', 'network', 'limits', 'capabilities'] },
) as fc.Arbitrary<ContainerSpecification>

test('the one thing of the machine that a container sees is the folder of its volumes, where the agent gives it one', () => {
  fc.assert(
    fc.property(specification, fc.constant('/data/volumes/pods/uid'), (wanted, volumesFolder) => {
      const asked = { ...wanted, volumesFolder }
      const { HostConfig = {} } = createContainerOptions(asked, { owner: 'device' })
      const { Mounts, ...others } = HostConfig
      expect(Mounts).toEqual([
        {
          Type: 'bind',
          Source: volumesFolder,
          Target: '/mnt',
          ReadOnly: true,
          BindOptions: { Propagation: 'rslave', ReadOnlyNonRecursive: true },
        },
      ])
      const byBind = createContainerOptions(asked, { owner: 'device', mountsWhole: false })
      expect(byBind.HostConfig).toEqual({ ...others, Binds: [`${volumesFolder}:/mnt:ro,rslave`] })
      expect(others).toEqual(createContainerOptions(wanted, { owner: 'device' }).HostConfig)
    }),
  )
})

test('a name of its own goes with a network of its own', () => {
  const wanted = {
    hostname: 'web-0',
    name: 'web',
    limits: { memoryBytes: 1, cpuMilli: 1, pids: 1 },
  }
  const usual = { ...wanted, image: `sha256:${id}` as ImageId, capabilities: [] }
  const nameIn = (where: ContainerSpecification['network']) =>
    createContainerOptions({ ...usual, network: where }, { owner: 'device' }).Hostname
  expect(nameIn({ kind: 'bridge', name: 'account' })).toBe('web-0')
  expect(nameIn({ kind: 'container', id: id as ContainerId })).toBeUndefined()
})

test('a network of its own knows it by the link address that follows from its name', () => {
  const limits = { memoryBytes: 1, cpuMilli: 1, pids: 1 }
  const usual = { name: 'web', limits, image: `sha256:${id}` as ImageId, capabilities: [] }
  const optionsIn = (where: ContainerSpecification['network']) =>
    createContainerOptions({ ...usual, network: where }, { owner: 'device' })
  const MacAddress = macOf('web')
  expect(optionsIn({ kind: 'bridge', name: 'account', aliases: ['w'] })).toMatchObject({
    MacAddress,
    NetworkingConfig: { EndpointsConfig: { account: { Aliases: ['w'], MacAddress } } },
  })
  expect(optionsIn({ kind: 'container', id: id as ContainerId })).not.toHaveProperty('MacAddress')
})

test('no specification gets more of the machine than it may have', () => {
  fc.assert(
    fc.property(specification, (wanted) => {
      const { Labels, HostConfig = {} } = createContainerOptions(wanted, { owner: 'device' })
      expect(Labels?.[OWNER_LABEL]).toBe('device')
      expect(HostConfig).toMatchObject({
        Privileged: false,
        CapDrop: ['ALL'],
        CgroupnsMode: 'private',
        IpcMode: 'private',
        Memory: wanted.limits.memoryBytes,
        MemorySwap: wanted.limits.memoryBytes,
        CpuPeriod: 100_000,
        CpuQuota: Math.max(1000, wanted.limits.cpuMilli * 100),
        PidsLimit: wanted.limits.pids,
        RestartPolicy: { Name: 'no' },
      })
      expect(HostConfig.SecurityOpt).toContain('no-new-privileges')
      expect(HostConfig.CapAdd).toEqual(wanted.capabilities)
      expect(HostConfig.NetworkMode).not.toMatch(/^(host|default|bridge)?$/)
      expect(Object.keys(HostConfig.Sysctls ?? {})).toEqual(
        wanted.network.kind === 'container' ? [] : ['net.ipv4.ip_unprivileged_port_start'],
      )
      const ofTheMachine = ['Binds', 'Mounts', 'Devices', 'DeviceRequests', 'PidMode', 'UTSMode']
      const more = ['UsernsMode', 'VolumesFrom', 'PortBindings', 'OomScoreAdj']
      for (const name of [...ofTheMachine, ...more]) expect(HostConfig).not.toHaveProperty(name)
    }),
  )
})

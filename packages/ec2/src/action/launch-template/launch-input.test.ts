import fc from 'fast-check'
import { expect, test } from 'vitest'

import { mergeLaunch, type LaunchInput } from './launch-input.ts'

const counts = { MinCount: 1, MaxCount: 1 }

test('what a launch says itself counts, and the rest is its template’s', () => {
  const template = { ImageId: 'ami-1', KeyName: 'key', RamDiskId: 'ari-1' }
  expect(mergeLaunch(template, { ...counts, ImageId: 'ami-2', KeyName: undefined })).toEqual({
    ...counts,
    ImageId: 'ami-2',
    KeyName: 'key',
    RamdiskId: 'ari-1',
  })
})

test('devices, interfaces and tags are put over those of the same name', () => {
  const device = (DeviceName: string, VolumeSize: number) => ({ DeviceName, Ebs: { VolumeSize } })
  const tags = (ResourceType: 'instance' | 'volume', Value: string) => ({
    ResourceType,
    Tags: [{ Key: 'from', Value }],
  })
  const merged = mergeLaunch(
    {
      BlockDeviceMappings: [device('/dev/sda1', 8), device('/dev/sdf', 8)],
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-1' }],
      TagSpecifications: [tags('instance', 'template'), tags('volume', 'template')],
    },
    {
      ...counts,
      BlockDeviceMappings: [device('/dev/sdf', 9)],
      NetworkInterfaces: [{ DeviceIndex: 1, SubnetId: 'subnet-2' }],
      TagSpecifications: [tags('instance', 'launch')],
    },
  )
  expect(merged.BlockDeviceMappings).toEqual([device('/dev/sda1', 8), device('/dev/sdf', 9)])
  expect(merged.NetworkInterfaces?.map(({ SubnetId }) => SubnetId)).toEqual([
    'subnet-1',
    'subnet-2',
  ])
  expect(merged.TagSpecifications).toEqual([tags('volume', 'template'), tags('instance', 'launch')])
})

test('a template that names no type launches nothing by itself', () => {
  const template = { InstanceRequirements: { VCpuCount: { Min: 1 } } }
  expect(() => mergeLaunch(template, counts)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidParameterCombination' }),
  )
})

test('a launch over nothing, and a launch that says nothing, are what they were', () => {
  const text = fc.string()
  const said = fc.record(
    {
      ImageId: text,
      KeyName: text,
      UserData: text,
      EbsOptimized: fc.boolean(),
      SecurityGroupIds: fc.array(text),
      BlockDeviceMappings: fc.uniqueArray(fc.record({ DeviceName: text }), {
        minLength: 1,
        selector: ({ DeviceName }) => DeviceName,
      }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(said, (fields) => {
      const input: LaunchInput = { ...counts, ...fields }
      expect(mergeLaunch({}, input)).toEqual(input)
      expect(mergeLaunch(fields, counts)).toEqual(input)
      expect(mergeLaunch(fields, input)).toEqual(input)
    }),
  )
})

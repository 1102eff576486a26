import fc from 'fast-check'
import { expect, test } from 'vitest'

import { loadEc2Model } from '../model/ec2-model.ts'
import { RequestFormError } from './errors.ts'
import { growQueryTree } from './query-tree.ts'
import { readQuery } from './read-query.ts'

const { operations } = loadEc2Model()

test('a launch is read as its client meant it', () => {
  const form =
    'ImageId=ami-1&MinCount=2&MaxCount=5&InstanceType=t3.micro&DryRun=true&SecurityGroupId.1=sg-1&SecurityGroupId.2=sg-2' +
    '&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fsdf&BlockDeviceMapping.1.Ebs.VolumeSize=8&BlockDeviceMapping.1.Ebs.DeleteOnTermination=false' +
    '&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=a%20b'
  expect(read('RunInstances', form)).toEqual({
    ImageId: 'ami-1',
    MinCount: 2,
    MaxCount: 5,
    InstanceType: 't3.micro',
    DryRun: true,
    SecurityGroupIds: ['sg-1', 'sg-2'],
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 8, DeleteOnTermination: false } },
    ],
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'a b' }] }],
  })
})

test('a list is in the order of its numbers, which may have gaps', () => {
  const { InstanceIds } = read('StopInstances', 'InstanceId.10=c&InstanceId.9=b&InstanceId.1=a')
  expect(InstanceIds).toEqual(['a', 'b', 'c'])
})

test.each([
  ['MinCount=1&MaxCount=1&Colour=red', 'UnknownParameter', 'Colour'],
  ['MinCount=1&MaxCount=1&Placement.Colour=red', 'UnknownParameter', 'Placement.Colour'],
  ['MaxCount=1', 'MissingParameter', 'MinCount'],
  ['MinCount=one&MaxCount=1', 'InvalidParameterValue', 'MinCount'],
  ['MinCount=1.5&MaxCount=2', 'InvalidParameterValue', 'MinCount'],
  ['MinCount=1&MaxCount=99999999999999999999', 'InvalidParameterValue', 'MaxCount'],
  ['MinCount=1&MaxCount=1&DryRun=maybe', 'InvalidParameterValue', 'DryRun'],
  ['MinCount=1&MaxCount=1&SecurityGroupId.0=sg', 'UnknownParameter', 'SecurityGroupId.0'],
  ['MinCount=1&MaxCount=1&SecurityGroupId.x=sg', 'UnknownParameter', 'SecurityGroupId.x'],
  ['MinCount=1&MaxCount=1&Placement=here', 'InvalidParameterValue', 'Placement'],
  ['MinCount=1&MaxCount=1&ImageId.1=ami', 'UnknownParameter', 'ImageId.1'],
  ['MinCount=1&MinCount=2&MaxCount=1', 'MalformedQueryString', 'MinCount'],
  [`MinCount=1&MaxCount=1&${'a.'.repeat(100)}=1`, 'UnknownParameter', 'a.a'],
])('%s is refused as EC2 does: %s', (form, awsCode, name) => {
  const refused = refusalOf('RunInstances', form)
  expect(refused).toMatchObject({ awsCode, message: expect.stringContaining(name) })
})

test('bytes are read with spaces behind them, and what are none is refused at once, however long it is', () => {
  const key = (text: string) =>
    read('ImportKeyPair', `KeyName=a&PublicKeyMaterial=${encodeURIComponent(text)}`)
  expect(key('YQ== \r\n')).toMatchObject({ PublicKeyMaterial: Buffer.from('a') })
  expect(() => key(`${' '.repeat(1 << 20)}!`)).toThrow(RequestFormError)
})

test('ten thousand parameters are read, and no more', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, at) => `InstanceId.${at + 1}=i-${at}`).join('&')
  expect(read('StopInstances', ids(9999))['InstanceIds']).toHaveLength(9999)
  expect(refusalOf('StopInstances', ids(10_001)).awsCode).toBe('MalformedQueryString')
})

test('whatever form comes, it is read or refused in EC2’s words', () => {
  const part = fc.constantFrom(
    'InstanceId',
    '1',
    '2',
    'Filter',
    'Name',
    'Value',
    '__proto__',
    '',
    'x',
  )
  const name = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.'))
  const action = fc.constantFrom(...operations.keys())
  fc.assert(
    fc.property(action, fc.array(fc.tuple(name, fc.string())), (chosen, pairs) => {
      try {
        readQuery(operations.get(chosen)!.input, growQueryTree(pairs), 'ec2')
      } catch (failure) {
        expect(failure).toBeInstanceOf(RequestFormError)
      }
      expect(Object.prototype).not.toHaveProperty('x')
    }),
  )
})

function read(action: string, form: string) {
  const operation = operations.get(action)
  if (operation === undefined) throw new TypeError(`${action} is served.`)
  return readQuery(operation.input, growQueryTree(new URLSearchParams(form)), 'ec2')
}

function refusalOf(action: string, form: string): RequestFormError {
  try {
    read(action, form)
  } catch (failure) {
    if (failure instanceof RequestFormError) return failure
    throw failure
  }
  return expect.fail(`${form} was read.`)
}

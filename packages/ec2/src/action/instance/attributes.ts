import type { InstanceAttribute, InstanceAttributeName } from '@aws-sdk/client-ec2'

import { resizeMachine } from '../../machine/machine-object.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers, Input } from '../action.ts'
import { ActionError, invalidValue } from '../errors.ts'
import type { Loose } from '../sdk-action.ts'
import { setDeleteOnTermination } from '../volume/instance-volumes.ts'
import { createInstanceViewer, describeInstance, type InstanceView } from './describe-instance.ts'
import { findInstance } from './find-instances.ts'
import { setGroups, setSourceDestCheck } from './instance-network.ts'
import { machinePlanOf, typeOf } from './machine-plan.ts'
import { parseUserData } from './user-data.ts'

type Told = Loose<InstanceAttribute>

const told = <Type>(Value: Type): { readonly Value: Type } => ({ Value })

const toldOrEmpty = (said: string | undefined) => (said === undefined ? {} : told(said))

/** How each attribute is told; what no container has is told as AWS tells it of an instance that has it not. */
const readers: Readonly<Record<InstanceAttributeName, (view: InstanceView) => Told>> = {
  blockDeviceMapping: (view) => ({
    BlockDeviceMappings: describeInstance(view).BlockDeviceMappings ?? [],
  }),
  disableApiStop: ({ spec }) => ({ DisableApiStop: told(spec.DisableApiStop) }),
  disableApiTermination: ({ spec }) => ({
    DisableApiTermination: told(spec.DisableApiTermination),
  }),
  ebsOptimized: ({ spec }) => ({ EbsOptimized: told(spec.EbsOptimized ?? false) }),
  enaSupport: () => ({ EnaSupport: told(false) }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
  groupSet: ({ groups }) => ({ Groups: groups.map(({ GroupId }) => ({ GroupId })) }),
  instanceInitiatedShutdownBehavior: ({ spec }) => ({
    InstanceInitiatedShutdownBehavior: told(spec.InstanceInitiatedShutdownBehavior),
  }),
  instanceType: ({ spec }) => ({ InstanceType: told(spec.InstanceType ?? '') }),
  kernel: ({ spec }) => ({ KernelId: toldOrEmpty(spec.KernelId) }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: ({ spec }) => ({ RamdiskId: toldOrEmpty(spec.RamdiskId) }),
  rootDeviceName: ({ spec }) => ({ RootDeviceName: told(spec.RootDeviceName ?? '') }),
  sourceDestCheck: ({ spec }) => ({ SourceDestCheck: told(spec.SourceDestCheck ?? true) }),
  sriovNetSupport: () => ({ SriovNetSupport: {} }),
  userData: ({ spec }) => ({
    UserData: spec.UserData === undefined ? {} : told(spec.UserData),
  }),
}

type ModifyInput = Input<'ModifyInstanceAttribute'>
type Changes = { -readonly [Field in keyof InstanceSpec]?: InstanceSpec[Field] }

/** DescribeInstanceAttribute, ModifyInstanceAttribute. */
export const attributeActions = {
  DescribeInstanceAttribute: ({ InstanceId = '', Attribute }, transaction) => {
    const instance = findInstance(transaction, InstanceId)
    const read = Attribute === undefined ? undefined : readers[Attribute]
    if (read === undefined) throw invalidValue('attribute', Attribute, 'Unknown attribute.')
    return { InstanceId, ...read(createInstanceViewer(transaction)(instance)) }
  },

  ModifyInstanceAttribute: (input, transaction) => {
    const instance = findInstance(transaction, input.InstanceId ?? '')
    const view = createInstanceViewer(transaction)(instance)
    const changes = changesOf(input)
    if (Object.keys(changes).some((name) => whileStopped.has(name)) && view.state !== 'stopped') {
      throw new ActionError(
        'IncorrectInstanceState',
        `The instance '${view.id}' is not in the 'stopped' state.`,
      )
    }
    const changed = transaction.change(ec2Kinds.instances, instance, changes)
    if (changes.InstanceType !== undefined) {
      const name = transaction.machineName(view.id)
      transaction.also(resizeMachine(name, machinePlanOf(changed.spec)))
    }
    modifyBeside(input, view, transaction)
    return {}
  },
} as const satisfies Handlers

/** What only an instance that stands still may be given. */
const whileStopped: ReadonlySet<string> = new Set(['InstanceType', 'UserData', 'EbsOptimized'])

/** Attributes come as members of their own, or as the name of one and its value. */
function changesOf(input: ModifyInput): Changes {
  const said: Changes = Object.assign(
    {},
    ...members.map((read) => read(input)).filter((change) => change !== undefined),
  )
  return { ...said, ...namedChange(input) }
}

const members: readonly ((input: ModifyInput) => Changes | undefined)[] = [
  ({ DisableApiTermination: said }) => given(said, (value) => ({ DisableApiTermination: value })),
  ({ DisableApiStop: said }) => given(said, (value) => ({ DisableApiStop: value })),
  ({ EbsOptimized: said }) => given(said, (value) => ({ EbsOptimized: value })),
  ({ InstanceInitiatedShutdownBehavior: said }) =>
    given(said, (value) => ({ InstanceInitiatedShutdownBehavior: parseBehavior(value) })),
  ({ InstanceType: said }) => given(said, (value) => ({ InstanceType: parseType(value) })),
  // No container has a kernel of its own; what is said of one is kept, and told of its images.
  ({ Kernel: said }) => given(said, (value) => ({ KernelId: value })),
  ({ Ramdisk: said }) => given(said, (value) => ({ RamdiskId: value })),
  ({ SourceDestCheck: said }) => given(said, (value) => ({ SourceDestCheck: value })),
  ({ UserData: said }) =>
    given(said, (value) => ({ UserData: parseUserData(Buffer.from(value).toString('base64')) })),
]

function given<Type>(
  said: { readonly Value?: Type | undefined } | undefined,
  change: (value: Type) => Changes,
): Changes | undefined {
  return said?.Value === undefined ? undefined : change(said.Value)
}

function namedChange({ Attribute, Value = '' }: ModifyInput): Changes {
  if (Attribute === undefined) return {}
  const change = named[Attribute]
  if (change === undefined) throw invalidValue('attribute', Attribute, 'It cannot be modified.')
  return change(Value)
}

const named: Readonly<Partial<Record<InstanceAttributeName, (value: string) => Changes>>> = {
  // Said together with what is mapped.
  blockDeviceMapping: () => ({}),
  disableApiStop: (text) => ({ DisableApiStop: text === 'true' }),
  disableApiTermination: (text) => ({ DisableApiTermination: text === 'true' }),
  ebsOptimized: (text) => ({ EbsOptimized: text === 'true' }),
  instanceInitiatedShutdownBehavior: (text) => ({
    InstanceInitiatedShutdownBehavior: parseBehavior(text),
  }),
  instanceType: (text) => ({ InstanceType: parseType(text) }),
  sourceDestCheck: (text) => ({ SourceDestCheck: text === 'true' }),
  userData: (text) => ({ UserData: parseUserData(text) }),
}

function parseType(text: string): InstanceSpec['InstanceType'] {
  return typeOf(text).alias as InstanceSpec['InstanceType']
}

function parseBehavior(text: string): 'stop' | 'terminate' {
  if (text === 'stop' || text === 'terminate') return text
  throw invalidValue('instanceInitiatedShutdownBehavior', text)
}

function modifyBeside(input: ModifyInput, view: InstanceView, transaction: Transaction): void {
  const { Groups, SourceDestCheck, BlockDeviceMappings = [] } = input
  if (Groups !== undefined) setGroups(transaction, view, Groups)
  if (SourceDestCheck?.Value !== undefined) {
    setSourceDestCheck(transaction, view, SourceDestCheck.Value)
  }
  for (const { DeviceName = '', Ebs } of BlockDeviceMappings) {
    if (Ebs?.DeleteOnTermination === undefined) continue
    setDeleteOnTermination(transaction, view.id, { DeviceName, value: Ebs.DeleteOnTermination })
  }
}

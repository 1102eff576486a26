import { annotations, instances as machines, SCHEDULER_NAME } from '@nexqloud/control'
import { kinds, type JsonObject } from '@nexqloud/kube'

import { writtenKindOf, type Write } from '../resource/write.ts'
import type { MachineName } from './machines.ts'

/** What a machine runs: a container, by all that Kubernetes has to know of it. */
export type MachinePlan = {
  /** An OCI reference, with its digest where it is known. */
  readonly image: string
  /** Program and arguments; what the image says where it is left out. */
  readonly command?: readonly string[] | undefined
  readonly cpuMilli: number
  readonly baselineMilli: number
  readonly memoryMi: number
  /** How long ahead it is told that its device is to be empty; not at all where it is left out. */
  readonly noticeSeconds?: number
}

const machineKind = writtenKindOf(machines)
const podKind = writtenKindOf(kinds.pods)

/** Where a machine and its pods say whose they are. */
export const INSTANCE_LABEL = 'ec2.nexqloud.io/instance'

/** Makes the machine of an instance: an `Instance` of the Kubernetes API, of the same name. From its first pod on it sends where its groups let it. */
export function createMachine(
  { namespace, id }: MachineName,
  plan: MachinePlan,
  egress: string | undefined,
): Write {
  const { metadata, spec } = templateOf(plan, id)
  const held = egress !== undefined && { [annotations.egress]: egress }
  const template = {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...held } },
    spec,
  }
  return {
    type: 'create',
    kind: machineKind,
    object: {
      metadata: { namespace, name: id, labels: { [INSTANCE_LABEL]: id } },
      spec: { runStrategy: 'Always', template },
    },
  }
}

/** Returns what the pods of a machine are made of. */
export function templateOf(plan: MachinePlan, id: string) {
  const { image, command, cpuMilli, baselineMilli, memoryMi, noticeSeconds } = plan
  const memory = `${memoryMi}Mi`
  const resources = {
    requests: { cpu: `${baselineMilli}m`, memory },
    limits: { cpu: `${cpuMilli}m`, memory },
  }
  return {
    metadata: {
      labels: { [INSTANCE_LABEL]: id },
      annotations: {
        // Volumes may be attached at any time.
        [annotations.takesDisks]: 'true',
        ...(noticeSeconds !== undefined && {
          [annotations.noticeSeconds]: String(noticeSeconds),
        }),
      },
    },
    spec: {
      schedulerName: SCHEDULER_NAME,
      // What ends well has shut itself down; what fails is started again.
      restartPolicy: 'OnFailure',
      containers: [
        {
          name: 'main',
          image,
          ...(command !== undefined && { command: [...command] }),
          resources,
          env: endpoints,
        },
      ],
    },
  }
}

/** Where an instance finds the API of its account: its device keeps the address for it. */
const ENDPOINT = 'http://169.254.169.254:8773'

/** AWS's SDKs and CLI read them; what is not served here is asked where it always was. */
const endpoints = ['EC2', 'EC2_INSTANCE_CONNECT', 'IAM', 'SERVICE_QUOTAS', 'SSM', 'STS'].map(
  (service) => ({ name: `AWS_ENDPOINT_URL_${service}`, value: ENDPOINT }),
)

/** Has it run, again where it stood still. */
export function startMachine(name: MachineName): Write {
  return patchMachine(name, { runStrategy: 'Always' })
}

/** Has its container ended and started again, as it is. One that is made anew meanwhile needs no more. */
export function rebootMachine({ namespace, id }: MachineName, reboots: number): readonly Write[] {
  const metadata = { annotations: { [annotations.reboots]: String(reboots) } }
  return [
    patchMachine({ namespace, id }, { template: { metadata } }),
    { type: 'patch', kind: podKind, metadata: { namespace, name: id }, body: { metadata } },
  ]
}

/** Has it stand still; it keeps name and address. */
export function haltMachine(name: MachineName): Write {
  return patchMachine(name, { runStrategy: 'Halted' })
}

/** Gives it another size, which its next container has. */
export function resizeMachine(name: MachineName, plan: MachinePlan): Write {
  return patchMachine(name, { template: templateOf(plan, name.id) })
}

/** Takes it away. */
export function removeMachine({ namespace, id }: MachineName): Write {
  return { type: 'delete', kind: machineKind, metadata: { namespace, name: id } }
}

function patchMachine({ namespace, id }: MachineName, spec: JsonObject): Write {
  return { type: 'patch', kind: machineKind, metadata: { namespace, name: id }, body: { spec } }
}

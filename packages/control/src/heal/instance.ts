import type { Kind, KubeClient, ObjectMeta } from '@nexqloud/kube'
import type { FreezeMark } from '@nexqloud/rules'

import { defineKind } from '../object/define-kind.ts'
import type { Pod } from '../object/object.ts'
import type { InstanceWait } from './waits.ts'

/** Where an instance's pod failed, and how often in a row. */
export type InstanceFailure = {
  readonly device: string
  readonly reason: string
  readonly times: number
  readonly untilMs: number
}

/** Why a pod was stopped. */
export type Stop = {
  /** One word for programs, e.g. `DeviceLost`. */
  readonly cause: string
  /** Who decided it. */
  readonly actor: string
  /** What it was decided by. */
  readonly evidence: string
  readonly device: string
  /** The uid of the pod. */
  readonly pod: string
  /** ISO 8601. */
  readonly at: string
}

/** Why an instance may not run, whatever its tenant wants. */
export type Freeze = {
  /** One word for programs, e.g. `FundsTooLow`. */
  readonly reason: string
  /** What its tenant is to do. */
  readonly message: string
  /** ISO 8601. */
  readonly at: string
  /** Where it is on the ladder that ends with its erasure, and since which chain second; nothing before somebody looked. */
  readonly step?: FreezeMark['step']
  readonly since?: number
  /** When its tenant was told to take it out: chain second. */
  readonly toldAt?: number
  /** Of its definition, when that was. */
  readonly toldGeneration?: number
}

/** What is to run for a tenant, whatever becomes of the devices: there is one pod of its name, or one is being made. */
export type Instance = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    /** `Halted`: it keeps name and address, and has no pod. The words are KubeVirt's (`VirtualMachine.spec.runStrategy`). */
    readonly runStrategy?: RunStrategy
    /** Where an account cannot pay for all, lower ones stop first; 0 where it does not say. The word is Kubernetes' (`PodSpec.priority`). */
    readonly priority?: number
    readonly template: {
      readonly metadata?: Pick<ObjectMeta, 'labels' | 'annotations'>
      readonly spec: NonNullable<Pod['spec']>
    }
  }
  readonly status?: {
    /** The token of the newest pod. */
    readonly fencingToken?: number
    readonly failures?: readonly InstanceFailure[]
    /** The newest stop. */
    readonly lastStop?: Stop
    /** How many pods have failed in a row. */
    readonly failedPods?: number
    /** Before that no pod is made: milliseconds since 1970. */
    readonly notBeforeMs?: number
    /** When it was wanted and had no device, through no fault of its tenant; the newest last. */
    readonly waits?: readonly InstanceWait[]
    /** It has no pod, and gets none, until its account can pay for it. */
    readonly frozen?: Freeze
  }
}

const runStrategies = ['Always', 'Halted'] as const

/** Whether an instance is to run; `Always` where it does not say. */
export type RunStrategy = (typeof runStrategies)[number]

/** Whether an instance is to stand still. */
export function isHalted({ spec }: Pick<Instance, 'spec'>): boolean {
  return spec.runStrategy === 'Halted'
}

/** Whether an instance may not run, as its account cannot pay for it. */
export function isFrozen({ status }: Pick<Instance, 'status'>): boolean {
  return status?.frozen !== undefined
}

/** Whether an instance was not paid for so long that it is being removed. */
export function isErased({ status }: Pick<Instance, 'status'>): boolean {
  return status?.frozen?.step === 'erased'
}

const group = 'nexqloud.io'

/** Instances, for a client. */
export const instances: Kind<Instance> = {
  group,
  version: 'v1',
  kind: 'Instance',
  plural: 'instances',
  isNamespaced: true,
}

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['template'],
      properties: {
        runStrategy: { type: 'string', enum: runStrategies },
        priority: { type: 'integer', minimum: -1_000_000_000, maximum: 1_000_000_000 },
        template: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: {
      type: 'object',
      properties: {
        fencingToken: count,
        failedPods: count,
        notBeforeMs: count,
        frozen: {
          type: 'object',
          properties: {
            reason: text,
            message: text,
            at: text,
            step: text,
            since: count,
            toldAt: count,
            toldGeneration: count,
          },
        },
        waits: {
          type: 'array',
          items: { type: 'object', properties: { from: text, to: text, generation: count } },
        },
        failures: {
          type: 'array',
          items: {
            type: 'object',
            properties: { device: text, reason: text, times: count, untilMs: count },
          },
        },
        lastStop: {
          type: 'object',
          properties: {
            cause: text,
            actor: text,
            evidence: text,
            device: text,
            pod: text,
            at: text,
          },
        },
      },
    },
  },
} as const

/** Makes the kind known to the API, as this program knows it. */
export function defineInstances(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
): Promise<void> {
  return defineKind(client, instances, {
    schema,
    columns: [
      { title: 'Run-Strategy', jsonPath: '.spec.runStrategy' },
      { title: 'Frozen', jsonPath: '.status.frozen.reason' },
      { title: 'Last-Stop', jsonPath: '.status.lastStop.cause' },
      { title: 'Device', jsonPath: '.status.lastStop.device' },
    ],
  })
}

import {
  rpcLimitsByDefault,
  type RpcContract,
  type RpcHello,
  type RpcLimits,
} from '@nexqloud/tunnel'
import { z } from 'zod'

import { assignment, assignmentAnswer } from './assignment.ts'
import { disksReport } from './disks.ts'
import { measureAnswer, measureRequest } from './measurement.ts'
import { probeAnswer, probeRequest } from './pod-probe.ts'
import { podAnswer, podQuestion } from './pod-question.ts'
import { podReference } from './pod-reference.ts'
import { podReport } from './pod-status.ts'
import { usage } from './usage.ts'

/** A word for programs. */
const code = z
  .string()
  .max(32)
  .regex(/^[a-zA-Z]+$/)

const machineFacts = z.object({
  cpus: z.int().min(1),
  memoryBytes: z.int().min(0),
  /** Of the disk that the engine keeps containers on. */
  diskBytes: z.int().min(0),
  freeDiskBytes: z.int().min(0),
  /** As Go names it: `amd64`, `arm64`. */
  architecture: z
    .string()
    .max(32)
    .regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/i),
  engine: z.object({ name: z.string().max(32), version: z.string().max(64) }),
  /** Its clock, which may be wrong by any amount. */
  at: z.iso.datetime().exactOptional(),
  /** Its owner wants it to be empty: nothing new, and what it has goes elsewhere. */
  isDraining: z.boolean(),
  /** Why tenants have less than the machine could give: codes, of which a later version may have others. */
  owner: z
    .object({
      state: code,
      reasons: z.array(code).max(32),
    })
    .exactOptional(),
  /** Whether disks can be on it; it cannot have any where this is left out. */
  takesDisks: z.boolean().exactOptional(),
  /** What its owner leaves to tenants; all that is not named here. */
  offered: z
    .object({
      cpuMilli: z.int().min(0).exactOptional(),
      memoryBytes: z.int().min(0).exactOptional(),
    })
    .exactOptional(),
})

const inventory = z.object({
  /** The newest assignment that it is after; zeros where there was none since the agent was started. */
  term: z.int().min(0),
  serial: z.int().min(0),
  /** All pods of which something is on the device, or is to be; more than are assigned while others are being stopped. */
  uids: z.array(podReference.shape.uid).max(4096),
})

const podEvent = podReference.extend({
  container: z.string().max(63).optional(),
  type: z.enum(['Normal', 'Warning']),
  /** Kubelet's words. */
  reason: z.enum([
    'Pulling',
    'Pulled',
    'Created',
    'Started',
    'Killing',
    'Unhealthy',
    'BackOff',
    'Failed',
  ]),
  message: z.string().max(1024),
  at: z.iso.datetime(),
})

const placementStanding = z.object({
  /** The IPv4 address that the masternode sees the device at: its router's towards the internet, where it answers tenants, too, if nothing keeps them off. */
  line: z.ipv4().exactOptional(),
  /** Whatever it was given failed: pods of so many instances in a row. Until then it gets hardly anything. */
  failing: z.object({ instances: z.int().min(0), until: z.iso.datetime() }).exactOptional(),
  /** It was lost so many times within an hour. Until then it gets hardly anything, either. */
  unsteady: z.object({ times: z.int().min(0), until: z.iso.datetime() }).exactOptional(),
})

/** What a masternode may ask of an agent, and tells it. */
export const agentContract = {
  requests: {
    /** Answered once it is on the device's disk: from then on it is obeyed, whatever becomes of the link. */
    assign: { params: assignment, result: assignmentAnswer },
    /** One round of one piece, half a second; it is refused for another device, and while one runs. */
    measure: { params: measureRequest, result: measureAnswer },
    /** How pods are that it says run, at this moment; at a moment that it could not foresee. */
    probe: { params: probeRequest, result: probeAnswer },
  },
  notifications: {
    /** How the device is seen, and what placement thinks of it: when a masternode begins to drive it, and when that changes. */
    standing: placementStanding,
    /** What came of a measurement that is on the chain now: a code, of which a later version may have others. */
    measured: z.object({ cause: code }),
  },
} as const satisfies RpcContract

/** What an agent asks and tells a masternode. What is told while nobody listens falls; all of `status` is told again on the next link. */
export const masternodeContract = {
  requests: {
    /** What a pod asks that the device has; who does not drive it, or does not know the pod there, refuses. */
    answer: { params: podQuestion, result: podAnswer },
  },
  notifications: {
    /** First on each link, when draining begins or ends or its owner's wishes change, and once a minute. */
    machine: machineFacts,
    /** When a pod's status changed, and all of them once a minute. */
    status: podReport,
    /** After each assignment, when it changed, and once a minute: a pod of that assignment or an earlier one that is not in it is gone for good. */
    inventory,
    /** After each assignment that names disks, when it changed, and once a minute. */
    disks: disksReport,
    /** What `kubectl describe` shows. */
    event: podEvent,
    /** Every 15 seconds, from the second time on. */
    usage,
  },
} as const satisfies RpcContract

/** Returns what an end says of itself. Heartbeats are the link's own pings. */
export function createAgentHello(software: string): RpcHello {
  return { protocol: 'nexqloud-agent', least: 1, most: 1, software }
}

/** Both ends': an assignment names all pods of a device, of a few KiB each. */
export const agentRpcLimits: RpcLimits = Object.freeze({
  ...rpcLimitsByDefault,
  messageBytes: 4 << 20,
  waitingBytes: 8 << 20,
})

/** What a device is. */
export type MachineFacts = z.infer<typeof machineFacts>
/** Of which pods something is there. */
export type Inventory = z.infer<typeof inventory>
/** How placement sees a device. */
export type PlacementStanding = z.infer<typeof placementStanding>
/** Something that happened to a pod. */
export type PodEvent = z.infer<typeof podEvent>

import { z } from 'zod'

import { podReference } from './pod-reference.ts'

const time = z.iso.datetime()
const reason = z.string().max(128)
const message = z.string().max(4096)

const terminated = z.object({
  exitCode: z.int(),
  signal: z.int().exactOptional(),
  reason,
  message: message.exactOptional(),
  startedAt: time.exactOptional(),
  finishedAt: time.exactOptional(),
})

const containerState = z.object({
  waiting: z.object({ reason, message: message.exactOptional() }).exactOptional(),
  running: z.object({ startedAt: time }).exactOptional(),
  terminated: terminated.exactOptional(),
})

const containerStatus = z.object({
  name: z.string().max(63),
  image: z.string().max(512),
  imageID: z.string().max(512),
  containerID: z.string().max(128).exactOptional(),
  ready: z.boolean(),
  started: z.boolean(),
  restartCount: z.int().min(0),
  state: containerState,
  lastState: containerState,
})

const condition = z.object({
  type: z.enum(['Initialized', 'ContainersReady', 'Ready']),
  status: z.enum(['True', 'False']),
  lastTransitionTime: time,
  reason: reason.exactOptional(),
})

const podStatus = z.object({
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed']),
  reason: reason.exactOptional(),
  message: message.exactOptional(),
  startTime: time.exactOptional(),
  conditions: z.array(condition).max(8),
  containerStatuses: z.array(containerStatus).max(16),
})

export const podReport = podReference.extend({
  /** Of the assignment that it runs by. */
  token: z.int().min(0),
  status: podStatus,
  /** So long this agent has seen a container of it run, since the agent was started. */
  secondsRunning: z.number().min(0),
})

/** What a device says of a pod: fields of core/v1 PodStatus. */
export type PodStatus = z.infer<typeof podStatus>
export type ContainerStatusReport = z.infer<typeof containerStatus>
export type ContainerStateReport = z.infer<typeof containerState>
export type PodReport = z.infer<typeof podReport>

import { MOST_EGRESS_PASSAGES } from '@nexqloud/kernel'
import { z } from 'zod'

import { wantedDisks } from './disks.ts'
import { podReference } from './pod-reference.ts'

const counter = z.int().min(0)

/** How many pods a device holds at most; kubelet's own default is 110. */
const MOST_PODS = 500

const passage = z.object({
  protocol: z.int().min(0).max(255).optional(),
  from: z.int().min(0).max(65_535).optional(),
  to: z.int().min(0).max(65_535).optional(),
  cidr: z.string().max(64),
})

const credentials = z.object({ username: z.string().max(4096), password: z.string().max(65_536) })

export const assignedPod = podReference.extend({
  /** Rises each time that an instance is given to a device; the higher one owns it. */
  token: counter,
  /** Kubernetes' own JSON of a pod, core/v1. */
  pod: z.looseObject({ spec: z.unknown() }),
  /** Whether its containers have a folder in which disks appear, also while they run. */
  takesDisks: z.boolean().exactOptional(),
  /** Another number than before each time that its containers are to be ended and started again, as they are; agents before reboots leave it alone. */
  reboots: counter.exactOptional(),
  /** By the registry's name in full: `docker.io`, `ghcr.io`. They are kept in memory alone. */
  credentials: z.record(z.string().max(512), credentials).optional(),
  /** Where it may send what nobody has asked it for; wherever all tenants may where it is left out. */
  egress: z.array(passage).max(MOST_EGRESS_PASSAGES).optional(),
})

export const assignment = z.object({
  /** Rises each time that another masternode begins to drive the device; a lower one is refused. */
  term: counter,
  /** Rises with each assignment of a term: an inventory says which one it is after. */
  serial: counter,
  /** All pods of the device: what is not named here is stopped. */
  pods: z
    .array(assignedPod)
    .max(MOST_PODS)
    .refine((pods) => new Set(pods.map(({ uid }) => uid)).size === pods.length, 'A pod is twice.'),
  /** What of the rest is to be stopped within so long, whatever its specification says. */
  ending: z
    .array(z.object({ uid: podReference.shape.uid, graceSeconds: counter }))
    .max(4096)
    .optional(),
  /** Instances that are elsewhere since this token: nothing of them with a lower one runs here again. */
  fenced: z
    .array(podReference.omit({ uid: true }).extend({ token: counter }))
    .max(4096)
    .optional(),
  /** Left out by who knows nothing of disks: then all of them stay as they are. */
  disks: wantedDisks.exactOptional(),
})

export const assignmentAnswer = z.object({
  /** The uids of pods that were not taken, since the device knows of a higher token. */
  fenced: z.array(z.string()),
  /** It could not be written down: what it ends is ended, and nothing of it is begun. Ask again later. */
  unsaved: z
    .object({
      isFull: z.boolean(),
      why: z.string().max(256),
      /** The uids of its pods that the device holds since before. */
      held: z.array(podReference.shape.uid).max(MOST_PODS),
    })
    .exactOptional(),
})

/** A pod that a device is to run. */
export type AssignedPod = z.infer<typeof assignedPod>
/** What became of an assignment. */
export type AssignmentAnswer = z.infer<typeof assignmentAnswer>
/** What a device is to run. */
export type Assignment = z.infer<typeof assignment>

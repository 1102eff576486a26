import { join } from 'node:path'

import { z } from 'zod'

import { isStillRunning } from '../process.ts'
import { readStateFile } from '../state-file.ts'
import { removeIfPresent, replaceFile } from '../whole-file.ts'

const trouble = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  at: z.iso.datetime(),
})

const podLine = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  phase: z.string(),
  ready: z.boolean(),
  restarts: z.int(),
  /** Why it waits or has failed. */
  reason: z.string().optional(),
})

const agentStatus = z.object({
  pid: z.int().positive(),
  /** Where the machine tells it, what sets the process apart from a later one with its number. */
  born: z.string().exactOptional(),
  /** When it was written; an agent writes it at least every ten seconds. */
  at: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  device: z.int(),
  engine: z.object({ name: z.string(), version: z.string() }),
  isDraining: z.boolean(),
  /** What its owner allows now, and how the machine is; what that one does not tell is left out. */
  owner: z
    .object({
      state: z.enum(['works', 'yields', 'pauses']),
      isDraining: z.boolean(),
      isStopping: z.boolean(),
      reasons: z.array(z.string()),
      seen: z.record(z.string(), z.number()),
    })
    .optional(),
  /** The masternodes that it has a link to. */
  links: z.array(z.object({ masternode: z.string(), since: z.iso.datetime() })),
  /** Why it has no link. */
  linkTrouble: trouble.optional(),
  /** What failed last beside that. */
  fault: trouble.optional(),
  /** Whatever it was given failed, as the masternode that drives it says. */
  failing: z.object({ instances: z.int(), until: z.iso.datetime() }).optional(),
  /** It was lost so often lately, as that masternode says. */
  unsteady: z.object({ times: z.int(), until: z.iso.datetime() }).optional(),
  /** What the masternode that measured it last said of that, by a code. */
  measured: z.object({ cause: z.string(), at: z.iso.datetime() }).optional(),
  /** Undefined until it has looked. */
  pods: z.array(podLine).optional(),
})

/** What an agent says of itself, for `device status`. */
export type AgentStatus = z.infer<typeof agentStatus>
/** Something that failed. */
export type Trouble = z.infer<typeof trouble>
/** One pod of it. */
export type PodLine = z.infer<typeof podLine>

/** Returns what the agent of a folder says of itself; `undefined` where none runs. */
export async function readAgentStatus(folder: string): Promise<AgentStatus | undefined> {
  const status = await readStateFile(fileOf(folder), agentStatus)
  return status !== undefined && isStillRunning(status) ? status : undefined
}

/** Says it, as a whole. */
export async function writeAgentStatus(folder: string, status: AgentStatus): Promise<void> {
  await replaceFile({ file: fileOf(folder), text: `${JSON.stringify(status)}\n` })
}

/** The agent ends. */
export async function removeAgentStatus(folder: string): Promise<void> {
  await removeIfPresent(fileOf(folder))
}

function fileOf(folder: string): string {
  return join(folder, 'status.json')
}

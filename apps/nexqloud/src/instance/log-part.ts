import { Buffer } from 'node:buffer'

import type { ContainerStreams } from '@nexqloud/kube'

import type { InstanceSession } from './instance-session.ts'
import type { InstanceView } from './view.ts'

/** What of a log is wanted. */
export type LogPart = Parameters<ContainerStreams['log']>[1]

/** A container that has a log. */
export type LogTarget = Parameters<ContainerStreams['log']>[0]

/** A whole log. */
export const wholeLog: LogPart = {
  follow: false,
  previous: false,
  timestamps: false,
  tailLines: undefined,
  sinceSeconds: undefined,
  sinceTime: undefined,
  limitBytes: undefined,
}

/** So many last lines are shown beside a failure. */
const TAIL_LINES = 10
/** A device that does not answer is not waited for: milliseconds. */
const TAIL_MS = 3000

/** Returns the container of an instance; nothing where none was made. */
export function targetOf({ pod }: InstanceView): LogTarget | undefined {
  const { metadata = {}, spec, status } = pod ?? {}
  const made = status?.containerStatuses?.find(({ containerID }) => containerID !== undefined)
  if (spec?.nodeName === undefined || made === undefined) return undefined
  const { namespace = '', name = '', uid = '' } = metadata
  return { node: spec.nodeName, namespace, pod: name, uid, container: made.name }
}

/** Returns the last lines that a container wrote; none where they cannot be had: they only accompany what failed. */
export async function readTail(
  { streams }: InstanceSession,
  view: InstanceView,
): Promise<readonly string[]> {
  const target = targetOf(view)
  if (target === undefined) return []
  const pieces: Uint8Array[] = []
  try {
    const options = { ...wholeLog, tailLines: TAIL_LINES }
    const log = streams.log(target, options, AbortSignal.timeout(TAIL_MS))
    for await (const piece of log) pieces.push(piece)
  } catch {
    // What failed is told all the same.
  }
  const text = Buffer.concat(pieces).toString().trimEnd()
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`)
}

/** Passes a log on to standard output, at the pace of who reads it. */
export async function passLog(
  { streams, shell }: InstanceSession,
  target: LogTarget,
  part: LogPart,
): Promise<void> {
  const { stdout } = shell.streams
  for await (const piece of streams.log(target, part, shell.signal)) {
    if (!stdout.write(piece)) await new Promise((resolve) => stdout.once('drain', resolve))
  }
}

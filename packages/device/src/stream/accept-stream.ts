import type { ContainerEngine } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'
import type { DialTarget, MuxStream, StreamHandler } from '@nexqloud/tunnel'

import type { StreamTarget } from '../protocol/stream-target.ts'
import type { PodContainerStatus } from '../reconcile/pod-labels.ts'
import { serveExec } from './serve-exec.ts'
import { serveAttach, serveLogs } from './serve-logs.ts'

/** What streams lead to. */
export type StreamPlaces = {
  readonly engine: Pick<ContainerEngine, 'readLogs' | 'exec'>
  /** Returns a pod's container; its first one where none is named. */
  readonly findContainer: (uid: string, container?: string) => PodContainerStatus | undefined
  readonly dialTarget: DialTarget
  readonly clock: Pick<Clock, 'wallMs'>
}

/** So long after its start a container that listens at a port not yet is waited for. */
const STARTING_MS = 10_000

/** A target in a pod. */
export type PodTarget = Exclude<StreamTarget, { readonly kind: 'control' | 'line' }>

/** Connects a stream to a pod's container; one that is not there is told as the stream's reset. */
export function acceptPodStream(
  stream: MuxStream,
  target: PodTarget,
  { engine, findContainer, dialTarget, clock }: StreamPlaces,
): StreamHandler {
  const name = 'container' in target ? target.container : undefined
  const found = findContainer(target.uid, name)
  if (found === undefined) {
    const which = name === undefined ? 'a container' : `a container ${name}`
    return refuse(stream, `The device has no pod ${target.uid} with ${which}.`)
  }
  const { id, address, startedAtMs = 0 } = found
  if (target.kind === 'logs') return serveLogs(stream, { engine, id }, logRequestOf(target))
  if (target.kind === 'attach') return serveAttach(stream, { engine, id })
  if (target.kind === 'exec') {
    const { command, tty = false, stdin = false } = target
    return serveExec(stream, { engine, id, request: { command, tty, stdin } })
  }
  if (address === undefined) return refuse(stream, `Pod ${target.uid} does not run.`)
  const patienceMs = Math.min(STARTING_MS, startedAtMs + STARTING_MS - clock.wallMs())
  return dialTarget(stream, { host: address, port: target.port, patienceMs })
}

/** Refuses a stream, and returns the handler of one that is over. */
export function refuse(stream: MuxStream, reason: string): StreamHandler {
  stream.reset('refusedStream', reason)
  return { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
}

function logRequestOf({
  follow,
  sinceMs,
  tailLines,
  timestamps,
}: Extract<PodTarget, { readonly kind: 'logs' }>) {
  return {
    ...(follow !== undefined && { follow }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(tailLines !== undefined && { tailLines }),
    ...(timestamps !== undefined && { timestamps }),
  }
}

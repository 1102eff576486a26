import type { Duplex } from 'node:stream'

import { encodeStreamTarget, type StreamTarget } from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import type { ContainerTarget, KubeletStreams, LogOptions } from '@nexqloud/kube'
import type { Mux } from '@nexqloud/tunnel'

import { refusePrevious, streamFailure } from './refusal.ts'
import { runProcess } from './run-process.ts'
import { openStreamDuplex } from './stream-duplex.ts'

/** Returns the way to the containers of the device at the other end of a link. */
export function createDeviceStreams(mux: Mux, clock: Pick<Clock, 'wallMs'>): KubeletStreams {
  const open = (target: StreamTarget, signal: AbortSignal): Duplex => {
    const duplex = tryOpen(mux, target)
    const abort = (): void => void duplex.destroy()
    signal.addEventListener('abort', abort, { once: true })
    duplex.once('close', () => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    return duplex
  }
  return {
    log: async function* (target, options, signal) {
      if (options.previous) throw refusePrevious(target)
      const duplex = open(toLogTarget(target, options, clock), signal)
      duplex.end()
      try {
        yield* limitBytes(duplex, options.limitBytes)
      } catch (failure) {
        if (!signal.aborted) throw streamFailure(failure)
      } finally {
        duplex.destroy()
      }
    },
    run: async ({ uid, container }, process) => {
      const { command, isTty: tty, signal } = process
      const target: StreamTarget =
        command.length === 0
          ? { kind: 'attach', uid, container }
          : { kind: 'exec', uid, container, command, tty, stdin: process.stdin !== undefined }
      return runProcess(open(target, signal), process)
    },
    connect: async ({ uid }, port, signal) => open({ kind: 'port', uid, port }, signal),
  }
}

function tryOpen(mux: Mux, target: StreamTarget): Duplex {
  try {
    const duplex = openStreamDuplex(mux, encodeStreamTarget(target))
    // Whoever reads or writes is told; a stream that nobody uses yet must not end the process.
    duplex.on('error', () => {})
    return duplex
  } catch (failure) {
    throw streamFailure(failure)
  }
}

function toLogTarget(
  { uid, container }: ContainerTarget,
  options: LogOptions,
  clock: Pick<Clock, 'wallMs'>,
): StreamTarget {
  const { follow, timestamps, tailLines, sinceSeconds, sinceTime } = options
  const since = sinceTime === undefined ? undefined : Date.parse(sinceTime)
  const sinceMs = sinceSeconds === undefined ? since : clock.wallMs() - sinceSeconds * 1000
  return {
    kind: 'logs',
    uid,
    container,
    follow,
    timestamps,
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceMs }),
  }
}

async function* limitBytes(source: Duplex, most = Infinity): AsyncGenerator<Uint8Array> {
  let left = most
  for await (const chunk of source as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
}

/** A masternode that drives one device, as a test sees it. */

import { BaseError } from '@nexqloud/kernel'
import type { Clock } from '@nexqloud/kernel'
import { openRpc, type Mux, type MuxStream, type RpcPeer } from '@nexqloud/tunnel'

import {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  masternodeContract,
  type MachineFacts,
  type PodEvent,
} from '../src/protocol/agent-protocol.ts'
import { createPieceReader, type ChannelPiece } from '../src/protocol/channel.ts'
import type { DisksReport } from '../src/protocol/disks.ts'
import type { PodQuestion } from '../src/protocol/pod-question.ts'
import type { PodReport } from '../src/protocol/pod-status.ts'
import { encodeStreamTarget, type StreamTarget } from '../src/protocol/stream-target.ts'
import type { Usage } from '../src/protocol/usage.ts'

/** What was told, and how to ask. */
export type MasternodeEnd = {
  readonly peer: RpcPeer<typeof agentContract>
  readonly machines: MachineFacts[]
  readonly reports: PodReport[]
  /** Of the pods of which something was on the device, each time that it was told. */
  readonly inventories: (readonly string[])[]
  readonly events: PodEvent[]
  readonly usages: Usage[]
  /** What pods asked: each is answered with what it asked. */
  readonly questions: PodQuestion[]
  readonly disks: DisksReport[]
  /** Returns the last report of a pod. */
  readonly reportOf: (uid: string) => PodReport | undefined
}

/** Opens a control stream to a device. */
export function driveDevice(mux: Mux, clock: Clock, software = '1.0.0'): MasternodeEnd {
  const questions: PodQuestion[] = []
  const machines: MachineFacts[] = []
  const reports: PodReport[] = []
  const inventories: (readonly string[])[] = []
  const events: PodEvent[] = []
  const usages: Usage[] = []
  const disks: DisksReport[] = []
  const peer = openRpc(mux, encodeStreamTarget({ kind: 'control' }), {
    hello: createAgentHello(software),
    ours: masternodeContract,
    theirs: agentContract,
    limits: agentRpcLimits,
    clock,
    onFault: (fault) => {
      throw fault
    },
    handlers: {
      requests: {
        answer: async (question) => {
          questions.push(question)
          const body = Buffer.from(JSON.stringify(question)).toString('base64')
          return { status: 200, headers: { 'x-asked': question.door }, body }
        },
      },
      notifications: {
        machine: (facts) => void machines.push(facts),
        status: (report) => void reports.push(report),
        inventory: ({ uids }) => void inventories.push(uids),
        event: (event) => void events.push(event),
        disks: (report) => void disks.push(report),
        usage: (usage) => void usages.push(usage),
      },
    },
  })
  const reportOf = (uid: string) => reports.findLast((report) => report.uid === uid)
  return { peer, machines, reports, inventories, events, usages, questions, disks, reportOf }
}

/** Why a stream was reset. */
class StreamResetError extends BaseError {
  constructor(code: string, reason: string) {
    super(reason, { code, kind: 'unavailable' })
  }
}

/** Opens a stream to a target, sends the input, and returns all that comes. */
export function readStream(
  mux: Mux,
  target: StreamTarget,
  input: (stream: MuxStream) => void = (stream) => stream.end(),
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const stream = mux.open({ target: encodeStreamTarget(target) }, (made) => ({
      onData: (piece) => {
        pieces.push(Buffer.from(piece))
        made.consumed(piece.length)
      },
      onEnd: () => {
        made.end()
        resolve(Buffer.concat(pieces))
      },
      onReset: ({ code, reason }) => reject(new StreamResetError(code, reason)),
      onWritable: () => {},
    }))
    input(stream)
  })
}

/** Returns the text of each channel. */
export function textOfChannels(bytes: Buffer): Readonly<Record<number, string>> {
  const pieces: readonly ChannelPiece[] = createPieceReader()(bytes)
  const grouped = Map.groupBy(pieces, ({ channel }) => channel)
  return Object.fromEntries(
    [...grouped].map(([channel, found]) => [
      channel,
      Buffer.concat(found.map((piece) => piece.bytes)).toString(),
    ]),
  )
}

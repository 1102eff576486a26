/** Two ends that speak a small contract. */

import { BaseError } from '@nexqloud/kernel'
import { z } from 'zod'

import type { MuxStream } from '../src/mux/mux-stream.ts'
import type { RpcHello } from '../src/rpc/hello.ts'
import { rpcLimitsByDefault, type RpcLimits } from '../src/rpc/limits.ts'
import { acceptRpc, openRpc, type RpcPeer } from '../src/rpc/rpc-peer.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { connectMuxes, first } from './mux-end.ts'

const deviceContract = {
  requests: {
    double: { params: z.object({ number: z.int() }), result: z.int() },
    wait: { params: z.object({}), result: z.null() },
    fail: { params: z.object({ how: z.enum(['known', 'unknown']) }), result: z.null() },
    pour: { params: z.object({ bytes: z.int() }), result: z.string() },
  },
  notifications: { note: z.object({ text: z.string() }) },
} as const

const masternodeContract = { requests: {}, notifications: {} } as const

class FullDiskError extends BaseError {
  constructor() {
    super('The disk has 0 bytes left.', { code: 'TEST_DISK', kind: 'conflict', hint: 'Free some.' })
  }
}

type Change = { readonly hello?: RpcHello; readonly limits?: Partial<RpcLimits> }

/** A masternode's end, and the device's, whose contract it is. */
export function startRpc(change: Change = {}) {
  const clock = createManualClock()
  const device = createDevice(change)
  const { dialer } = connectMuxes({ accept: device.accept })
  const { limits = {} } = change
  const peer = openRpc(dialer.mux, Buffer.from('agent'), partsOf(clock, { limits }))
  return { ...device, peer, clock, close: () => first(device.far).close('The device left.') }
}

/** The device's end, and a stream to it that may send anything. */
export function startRaw() {
  const device = createDevice({})
  const { dialer } = connectMuxes({ accept: device.accept })
  return { ...device, raw: dialer.open() }
}

function createDevice({ hello = ourHello, limits = {} }: Change) {
  const notes: string[] = []
  const faults: unknown[] = []
  const cancelled: AbortSignal[] = []
  const far: RpcPeer<typeof masternodeContract>[] = []
  const accept = (stream: MuxStream) => {
    const peer = acceptRpc(stream, {
      hello,
      ours: deviceContract,
      theirs: masternodeContract,
      limits: { ...rpcLimitsByDefault, ...limits },
      clock: createManualClock(),
      onFault: (fault) => faults.push(fault),
      handlers: {
        requests: {
          double: async ({ number }) => 2 * number,
          wait: (_, signal) =>
            new Promise((resolve) => {
              signal.addEventListener('abort', () => {
                cancelled.push(signal)
                resolve(null)
              })
            }),
          fail: async ({ how }) => {
            throw how === 'known' ? new FullDiskError() : new Error('secret')
          },
          pour: async ({ bytes }) => 'x'.repeat(bytes),
        },
        notifications: {
          note: ({ text }) => {
            notes.push(text)
          },
        },
      },
    })
    far.push(peer)
    return peer.handler()
  }
  return { accept, far, notes, faults, cancelled }
}

const ourHello: RpcHello = { protocol: 'agent', least: 1, most: 2, software: '0.1.0' }

/** What the masternode's end stands on. */
export function partsOf(clock: ManualClock, { limits = {} }: Change = {}) {
  return {
    hello: ourHello,
    ours: masternodeContract,
    theirs: deviceContract,
    handlers: { requests: {}, notifications: {} },
    limits: { ...rpcLimitsByDefault, ...limits },
    clock,
    onFault: (fault: unknown) => {
      throw fault
    },
  }
}

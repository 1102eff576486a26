/** A masternode and devices that dial it, on this machine. */

import { dialLink, type DialParts, type LinkEndpoint } from '../src/link/dial-link.ts'
import { LinkRefusedError } from '../src/link/errors.ts'
import { keepAliveByDefault, type Link, type LinkParts } from '../src/link/link.ts'
import {
  listenForLinks,
  listenLimitsByDefault,
  type LinkListener,
  type ListenParts,
} from '../src/link/listen-for-links.ts'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '../src/link/tls-identity.ts'
import { muxLimitsByDefault } from '../src/mux/limits.ts'
import type { MuxStream, StreamHandler } from '../src/mux/mux-stream.ts'
import { createWindowBudget } from '../src/mux/window-budget.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

/** What a test may change, and see. */
export type LinkNetwork = {
  readonly clock: ManualClock
  readonly masternode: TlsIdentity
  readonly device: TlsIdentity
  readonly listener: LinkListener
  readonly endpoint: LinkEndpoint
  readonly refusals: readonly { readonly address: string; readonly error: unknown }[]
  /** The links that either end was given, in order. */
  readonly used: readonly Link[]
  readonly dial: (change?: Partial<DialParts & LinkEndpoint>) => Promise<Link>
}

/** Runs an action beside an open listener, and closes it. */
export async function withLinkNetwork(
  change: Partial<ListenParts>,
  action: (network: LinkNetwork) => Promise<void>,
): Promise<void> {
  const clock = createManualClock()
  const [masternode, device] = await Promise.all([
    createTlsIdentity(createTlsKey()),
    createTlsIdentity(createTlsKey()),
  ])
  const used: Link[] = []
  const refusals: { readonly address: string; readonly error: unknown }[] = []
  const parts: LinkParts = {
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock,
    keepAlive: keepAliveByDefault,
    use: (link) => {
      used.push(link)
      return { accept: echo }
    },
  }
  const listener = await listenForLinks({
    ...parts,
    host: '127.0.0.1',
    port: 0,
    identity: masternode,
    listen: listenLimitsByDefault,
    refuse: async (keyHash) =>
      keyHash === device.keyHash
        ? undefined
        : new LinkRefusedError('No device has this key.', keyHash),
    onRefused: (refusal) => refusals.push(refusal),
    ...change,
  })
  const endpoint = { host: '127.0.0.1', port: listener.port, keyHash: masternode.keyHash }
  const dial: LinkNetwork['dial'] = (other = {}) =>
    dialLink(
      { ...endpoint, ...other },
      { ...parts, identity: device, timeoutMs: 5000, ...other },
      new AbortController().signal,
    )
  try {
    await action({ clock, masternode, device, listener, endpoint, refusals, used, dial })
  } finally {
    for (const link of used) await link.close(0)
    await listener.close(0)
  }
}

/** Gives back what comes. */
function echo(stream: MuxStream): StreamHandler {
  return {
    onData: (piece) => {
      stream.writeVolatile(piece)
      stream.consumed(piece.length)
    },
    onEnd: () => stream.end(),
    onReset: () => {},
    onWritable: () => {},
  }
}

/** Sends text through a link and returns what comes back. */
export function ask(link: Link, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const stream = link.mux.open({ target: Buffer.from('echo') }, (made) => ({
      onData: (piece) => {
        pieces.push(Buffer.from(piece))
        made.consumed(piece.length)
      },
      onEnd: () => resolve(Buffer.concat(pieces).toString()),
      onReset: ({ reason }) => reject(new Error(reason)),
      onWritable: () => {},
    }))
    stream.write(Buffer.from(text))
    stream.end()
  })
}

import {
  createLinkProbe,
  measurePiece,
  parseStreamTarget,
  serveLine,
  type DeviceProbe,
} from '@nexqloud/device'
import { systemClock } from '@nexqloud/kernel'
import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkUser,
} from '@nexqloud/tunnel'

/** This machine as a device is measured, and its line over a real link on loopback. */
export async function openLocalProbe(folder: string): Promise<DeviceProbe & AsyncDisposable> {
  const common = {
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: systemClock,
    keepAlive: keepAliveByDefault,
  }
  const masternode = await createTlsIdentity(createTlsKey())
  const linked = Promise.withResolvers<Link>()
  const listener = await listenForLinks({
    ...common,
    host: '127.0.0.1',
    port: 0,
    identity: masternode,
    listen: listenLimitsByDefault,
    refuse: async () => undefined,
    onRefused: ({ error }) => linked.reject(error),
    use: (link) => {
      linked.resolve(link)
      return acceptsNothing
    },
  })
  const { port } = listener
  const { keyHash } = masternode
  await dialLink(
    { host: '127.0.0.1', port, keyHash },
    {
      ...common,
      identity: await createTlsIdentity(createTlsKey()),
      timeoutMs: 10_000,
      use: () => acceptsLines,
    },
    new AbortController().signal,
  )
  const { mux } = await linked.promise
  const unasked = { request: () => Promise.reject(new TypeError('It is asked without a link.')) }
  const { tryLine } = createLinkProbe({ peer: unasked, mux, clock: systemClock })
  return {
    ask: (request) => measurePiece(request, folder),
    tryLine,
    [Symbol.asyncDispose]: () => listener.close(0),
  }
}

const silent = { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
const acceptsNothing: LinkUser = { accept: () => silent }
const acceptsLines: LinkUser = {
  accept: (stream, { target }) => {
    const wanted = parseStreamTarget(target)
    return wanted?.kind === 'line' ? serveLine(stream, wanted) : silent
  },
}

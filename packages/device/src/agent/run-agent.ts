import {
  runUplink,
  type DialTarget,
  type Link,
  type LinkEndpoint,
  type LinkUser,
  type MuxStream,
  type StreamHandler,
  type StreamTarget as MuxTarget,
  type UplinkParts,
} from '@nexqloud/tunnel'

import { parseStreamTarget } from '../protocol/stream-target.ts'
import { acceptPodStream, refuse } from '../stream/accept-stream.ts'
import { ControlPeers, type ControlParts } from './control-peers.ts'
import { PodKeeper, type PodKeeperParts } from './pod-keeper.ts'

/** What an agent stands on. */
export type AgentParts = Omit<PodKeeperParts, 'listener'> &
  ControlParts & {
    readonly uplink: Omit<UplinkParts, 'dial' | 'clock'> & {
      /** Dials a masternode; the link is used as it is told. */
      readonly dial: (
        endpoint: LinkEndpoint,
        use: (link: Link) => LinkUser,
        signal: AbortSignal,
      ) => Promise<Link>
    }
    readonly dialTarget: DialTarget
  }

/** How often everything is told again: seconds of running, free disk. */
const REPEAT_MS = 60_000

/**
 * Runs the agent of a device until the signal aborts: obeys what it remembers, keeps a link to a masternode, does what that
 * one assigns. Containers run on when it ends.
 *
 * @throws {@link BookUnreadableError}
 */
export async function runAgent(parts: AgentParts, signal: AbortSignal): Promise<void> {
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const peers = new ControlPeers(parts)
  const keeper = new PodKeeper({
    ...parts,
    listener: { ...peers.listener(), onFault: parts.onFault },
  })
  const use = createLinkUse(keeper, peers, parts)
  const { dial, ...uplink } = parts.uplink
  const tasks = [
    keeper.run(stop),
    repeatReports(keeper, peers, { clock: parts.clock, signal: stop }),
    runUplink(
      {
        ...uplink,
        clock: parts.clock,
        dial: (endpoint, aborted) => dial(endpoint, use, aborted),
      },
      stop,
    ),
  ]
  try {
    await Promise.all(tasks)
  } finally {
    failed.abort()
    await Promise.allSettled(tasks)
  }
}

function createLinkUse(
  keeper: PodKeeper,
  peers: ControlPeers,
  { engine, dialTarget }: Pick<AgentParts, 'engine' | 'dialTarget'>,
): (link: Link) => LinkUser {
  const findContainer: PodKeeper['findContainer'] = (uid, name) => keeper.findContainer(uid, name)
  return () => {
    let isControlled = false
    const control = (stream: MuxStream): StreamHandler => {
      if (isControlled) return refuse(stream, 'This link has a control stream already.')
      isControlled = true
      const { closed, ...handler } = peers.accept(stream, keeper)
      void closed.finally(() => {
        isControlled = false
      })
      return handler
    }
    const accept = (stream: MuxStream, { target: bytes }: MuxTarget): StreamHandler => {
      const target = parseStreamTarget(bytes)
      if (target === undefined) return refuse(stream, 'The agent knows no such target of a stream.')
      if (target.kind === 'control') return control(stream)
      return acceptPodStream(stream, target, { engine, findContainer, dialTarget })
    }
    return { accept }
  }
}

async function repeatReports(
  keeper: PodKeeper,
  peers: ControlPeers,
  { clock, signal }: Pick<AgentParts, 'clock'> & { readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.delay(REPEAT_MS, signal)
    if (signal.aborted) return
    await peers.repeat(keeper)
  }
}

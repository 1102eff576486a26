import { readFile } from 'node:fs/promises'

import type { Network, NetworkSpecification } from '../container-engine.ts'
import { NameTakenError, NetworkInUseError, RangeTakenError } from '../errors.ts'
import { bridgeOf } from '../isolation/bridge.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { networkListAnswer } from './answers.ts'
import { ignoreStatus, type Connection } from './connection.ts'
import { findFreeRanges } from './free-ranges.ts'

/** How Docker says that it has given all its ranges, of which it has some thirty by default, or that somebody has this one. */
const NO_RANGE = /non-overlapping IPv4 address pool|fully subnetted|pool overlaps/i

/** The networks of an owner. */
export type NetworkStore = {
  readonly create: (network: NetworkSpecification) => Promise<Network>
  readonly list: () => Promise<readonly Network[]>
  readonly remove: (name: string) => Promise<void>
}

/** How engines say that there is a network of this name or bridge already; of two that are made at once, Docker names the bridge. */
const TAKEN = /already (?:exists|used)|networks have same bridge name/

/** Returns the networks of a connection's owner. */
export function createNetworkStore({ ask, tell, owner }: Connection): NetworkStore {
  const toNetwork = (name: string, isInternal: boolean): Network => ({
    name,
    hasInternet: !isInternal,
    bridge: bridgeOf(owner, name),
  })

  async function listAll() {
    const call = { asked: 'list networks' }
    return ask({ ...call, call: (docker) => docker.listNetworks() }, networkListAnswer)
  }

  async function list(): Promise<readonly Network[]> {
    const all = await listAll()
    return all
      .filter(({ Labels }) => Labels[OWNER_LABEL] === owner)
      .map(({ Name, Internal }) => toNetwork(Name, Internal))
  }

  /** Returns the network of a name; throws where that is somebody else's, or another one. */
  async function find({ name, hasInternet }: NetworkSpecification): Promise<Network | undefined> {
    const present = (await listAll()).find((network) => network.Name === name)
    if (present === undefined) return undefined
    const isSame = present.Labels[OWNER_LABEL] === owner && present.Internal === !hasInternet
    if (!isSame) throw new NameTakenError('network', name)
    return toNetwork(name, present.Internal)
  }

  return {
    list,
    create: async (network) => {
      const present = await find(network)
      if (present !== undefined) return present
      try {
        await make({ tell, owner }, network)
        return toNetwork(network.name, !network.hasInternet)
      } catch (failure) {
        // Two pods of one account that begin at once both find none.
        const made = failure instanceof NameTakenError ? await find(network) : undefined
        if (made === undefined) throw failure
        return made
      }
    },
    remove: async (name) => {
      if (!(await list()).some((network) => network.name === name)) return
      await tell({
        asked: `remove network ${name}`,
        meaning: ({ reason }) =>
          /active endpoints|being used/.test(reason) ? new NetworkInUseError(name) : undefined,
        call: (docker) => docker.getNetwork(name).remove().catch(ignoreStatus(404)),
      })
    },
  }
}

/** Where the engine has no range left for a network, it gets one that this machine has no other use for. */
async function make(
  connection: Pick<Connection, 'tell' | 'owner'>,
  network: NetworkSpecification,
): Promise<void> {
  if (await isMade(connection, network)) return
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
  for (const range of findFreeRanges(routes)) {
    if (await isMade(connection, network, range)) return
  }
  throw new RangeTakenError(network.name)
}

/** Returns whether there was room for it. */
async function isMade(...asked: Parameters<typeof makeIn>): Promise<boolean> {
  try {
    await makeIn(...asked)
    return true
  } catch (failure) {
    if (failure instanceof RangeTakenError) return false
    throw failure
  }
}

async function makeIn(
  { tell, owner }: Pick<Connection, 'tell' | 'owner'>,
  { name, hasInternet }: NetworkSpecification,
  range?: string,
): Promise<void> {
  await tell({
    asked: `create network ${name}`,
    meaning: ({ status, reason }) => {
      if (NO_RANGE.test(reason)) return new RangeTakenError(name)
      const isTaken = status === 409 || TAKEN.test(reason)
      return isTaken ? new NameTakenError('network', name) : undefined
    },
    call: (docker) =>
      docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        Internal: !hasInternet,
        EnableIPv6: false,
        ...(range !== undefined && { IPAM: { Driver: 'default', Config: [{ Subnet: range }] } }),
        Labels: { [OWNER_LABEL]: owner },
        Options: { 'com.docker.network.bridge.name': bridgeOf(owner, name) },
      }),
  })
}

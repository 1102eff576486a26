import type { Network, NetworkSpecification } from '../container-engine.ts'
import { NameTakenError, NetworkInUseError } from '../errors.ts'
import { bridgeOf } from '../isolation/bridge.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { networkListAnswer } from './answers.ts'
import { ignoreStatus, type Connection } from './connection.ts'

/** The networks of an owner. */
export type NetworkStore = {
  readonly create: (network: NetworkSpecification) => Promise<Network>
  readonly list: () => Promise<readonly Network[]>
  readonly remove: (name: string) => Promise<void>
}

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

  return {
    list,
    create: async ({ name, hasInternet }) => {
      const present = (await listAll()).find((network) => network.Name === name)
      if (present !== undefined) {
        const isSame = present.Labels[OWNER_LABEL] === owner && present.Internal === !hasInternet
        if (!isSame) throw new NameTakenError('network', name)
        return toNetwork(name, present.Internal)
      }
      await tell({
        asked: `create network ${name}`,
        meaning: ({ status, reason }) =>
          status === 409 || /already (?:exists|used)/.test(reason)
            ? new NameTakenError('network', name)
            : undefined,
        call: (docker) =>
          docker.createNetwork({
            Name: name,
            CheckDuplicate: true,
            Driver: 'bridge',
            Internal: !hasInternet,
            EnableIPv6: false,
            Labels: { [OWNER_LABEL]: owner },
            Options: { 'com.docker.network.bridge.name': bridgeOf(owner, name) },
          }),
      })
      return toNetwork(name, !hasInternet)
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

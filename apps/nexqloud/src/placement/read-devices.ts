import { ELECTION_NAMESPACE, isTask, viewDevices, type DeviceView } from '@nexqloud/control'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'

/** A masternode that works on the API together with others. */
export type MasternodePresence = {
  readonly identity: string
  /** When it said last that it is there, ISO 8601. */
  readonly renewedAt: string
}

/** Devices, and who drives them. */
export type Devices = {
  readonly devices: readonly DeviceView[]
  /** Nothing where one masternode works alone: that one drives all. */
  readonly masternodes: readonly MasternodePresence[]
  /** The identity of the masternode that drives a device, by the device's name. */
  readonly drivers: ReadonlyMap<string, string>
}

/** Returns the devices by number; nothing where whoever asks sees own instances alone. */
export async function readDevices(
  client: Pick<KubeClient, 'list'>,
  nowMs: number,
): Promise<Devices | undefined> {
  try {
    const [nodes, pods, leases] = await Promise.all([
      client.list(kinds.nodes, {}),
      client.list(kinds.pods, {}),
      client.list(kinds.leases, { namespace: ELECTION_NAMESPACE }),
    ])
    const tasks = leases.items.filter(isTask)
    const masternodes = leases.items.filter((lease) => !isTask(lease))
    return {
      devices: viewDevices(nodes.items, pods.items, nowMs).toSorted(byNumber),
      masternodes: masternodes.map(({ metadata, spec }) => {
        return { identity: metadata?.name ?? '', renewedAt: spec?.renewTime ?? '' }
      }),
      drivers: new Map(
        tasks.map(({ metadata, spec }) => {
          return [metadata?.name ?? '', spec?.holderIdentity ?? '']
        }),
      ),
    }
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'Forbidden') return undefined
    throw failure
  }
}

const inOrder = new Intl.Collator('en', { numeric: true })

function byNumber(left: DeviceView, right: DeviceView): number {
  return inOrder.compare(left.name, right.name)
}

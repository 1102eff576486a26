import { createLinkProbe, type DeviceProbe, type MachineFacts } from '@nexqloud/device'
import { createAllowances, networkOf } from '@nexqloud/kernel'
import type { UsageReader } from '@nexqloud/kube'
import {
  createWindowBudget,
  keepAliveByDefault,
  listenForLinks,
  LinkRefusedError,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkUser,
  type PublicOffer,
  type TlsIdentity,
  type TlsKeyHash,
} from '@nexqloud/tunnel'

import { createDeviceAllowances } from './device-allowances.ts'
import {
  DeviceConnection,
  type ConnectionService,
  type DeviceService,
} from './device-connection.ts'
import { HeldConnections } from './held-connections.ts'
import { lookAfter } from './look-after.ts'
import { POD_QUESTIONS, QUESTIONS } from './pod-door.ts'
import { serveDevice } from './serve-device.ts'
import { createShowings } from './showing.ts'
import { createUsageReader } from './usage-reader.ts'

/** Where devices dial. */
export type DeviceDoorOptions = DeviceService & {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly identity: TlsIdentity
  /** What everybody may read and bring at this port who speaks HTTP; nothing where it is left out. */
  readonly offer?: PublicOffer
  /** A device's link has come or gone. */
  readonly onDevice: (device: string) => void
  /** Somebody was not let in. */
  readonly onRefused: (refusal: { readonly address: string; readonly error: unknown }) => void
}

/** A device that is connected, to whoever measures it. */
export type MeasurableDevice = {
  readonly probe: DeviceProbe
  /** Its owner has paused it: it answers nothing, and gets no pods. */
  readonly isPaused: boolean
  /** What it says that it has. */
  readonly claimed: Pick<MachineFacts, 'cpus' | 'memoryBytes'> | undefined
  /** Where it dials from, as far as neighbours share it. */
  readonly network: string
  /** Tells its owner what came of it. */
  readonly tell: (cause: string) => void
}

/** The open port for devices. */
export type DeviceDoor = {
  readonly port: number
  /** Returns the link of a device; nothing while it is away. */
  readonly linkOf: (device: string) => Link | undefined
  /** What devices and their pods use. */
  readonly usage: UsageReader
  /** Whoever drives a device may be another one now. */
  readonly reconsider: (device: string) => void
  /** An instance on a device has an address now. */
  readonly tellAddress: (device: string, instance: string) => void
  /** Returns what measuring the device of a key takes; nothing while it is away. */
  readonly measurable: (keyHash: TlsKeyHash) => MeasurableDevice | undefined
  /** Takes no more devices, lets streams go on for so long, and closes the port. */
  readonly close: (graceMs: number) => Promise<void>
}

/** Opens the port on which devices dial, and serves whoever the network knows. */
export async function openDeviceDoor(options: DeviceDoorOptions): Promise<DeviceDoor> {
  const { onFailure, clock } = options
  const held = new HeldConnections(clock)
  const service = {
    ...options,
    allowanceOf: createDeviceAllowances(clock),
    questionsOf: createDeviceAllowances(clock, QUESTIONS),
    mayPodAsk: createAllowances(POD_QUESTIONS, () => clock.steadyMs()),
    showingOf: createShowings(options),
  }
  const use = (link: Link): LinkUser => {
    welcome(service, held, link).catch((failure: unknown) => {
      onFailure(failure, 'a device')
      link.mux.close('internalError', 'The masternode has a fault.')
    })
    return refusesStreams
  }
  const listener = await listenForLinks({
    ...options,
    listen: listenLimitsByDefault,
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    keepAlive: keepAliveByDefault,
    refuse: (keyHash) => refuse(options, held, keyHash),
    use,
  })
  const over = new AbortController()
  const looking = lookAfter(clock, () => held.numbered(), over.signal)
  return {
    port: listener.port,
    linkOf: (device) => held.of(device)?.link,
    tellAddress: (device, instance) => held.of(device)?.tellAddress(instance),
    reconsider: (device) => held.of(device)?.follow(),
    usage: createUsageReader(() => held.all()),
    measurable: (keyHash) => {
      const connection = held.ofKey(keyHash)
      if (connection === undefined) return undefined
      const { peer, link, isPaused, claimed } = connection
      return {
        probe: createLinkProbe({ peer, mux: link.mux, clock }),
        isPaused,
        claimed,
        network: networkOf(link.peerAddress),
        tell: (cause) => peer.notify('measured', { cause }),
      }
    },
    close: async (graceMs) => {
      await listener.close(graceMs)
      over.abort()
      await looking
    },
  }
}

async function refuse(
  { registry }: DeviceDoorOptions,
  held: HeldConnections,
  keyHash: TlsKeyHash,
): Promise<LinkRefusedError | undefined> {
  if ((await registry.find(keyHash)) === undefined) {
    const unknown = 'No device of this network has this key: register it (nexqloud device join).'
    return new LinkRefusedError(unknown, keyHash)
  }
  const twin = await held.answering(keyHash)
  if (twin === undefined) return undefined
  const copied = `${twin} is connected already, and answers: a device's key is for one machine. Was its disk copied?`
  return new LinkRefusedError(copied, keyHash, 'keyInUse')
}

async function welcome(
  options: DeviceDoorOptions & ConnectionService,
  held: HeldConnections,
  link: Link,
): Promise<void> {
  const device = await options.registry.find(link.peerKeyHash)
  if (device === undefined) return link.mux.close('refusedStream', 'The device has left.')
  const connection = new DeviceConnection(options, link, device)
  held.put(connection)
  options.onDevice(connection.device)
  await serveDevice(options, connection)
  held.delete(connection)
  if (held.of(connection.device) === undefined) options.election.withdraw(connection.device)
  options.onDevice(connection.device)
}

const refusesStreams: LinkUser = {
  accept: (stream) => {
    stream.reset('refusedStream', 'A device opens no streams.')
    return { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
  },
}

import {
  createWindowBudget,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkUser,
  type TlsIdentity,
  type TlsKeyHash,
} from '@nexqloud/tunnel'

import { HeldLinks } from './held-links.ts'
import { serveDevice, type DeviceService } from './serve-device.ts'

/** Where devices dial. */
export type DeviceDoorOptions = DeviceService & {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly identity: TlsIdentity
  /** Somebody was not let in. */
  readonly onRefused: (refusal: { readonly address: string; readonly error: unknown }) => void
}

/** The open port for devices. */
export type DeviceDoor = {
  readonly port: number
  /** Returns the link of a device; nothing while it is away. */
  readonly linkOf: (device: string) => Link | undefined
  /** Takes no more devices, lets streams go on for so long, and closes the port. */
  readonly close: (graceMs: number) => Promise<void>
}

/** Opens the port on which devices dial, and serves whoever the network knows. */
export async function openDeviceDoor(options: DeviceDoorOptions): Promise<DeviceDoor> {
  const { onFailure, clock } = options
  const links = new HeldLinks(clock)
  const use = (link: Link): LinkUser => {
    welcome(options, links, link).catch((failure: unknown) => {
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
    refuse: (keyHash) => refuse(options, links, keyHash),
    use,
  })
  return {
    port: listener.port,
    linkOf: (device) => links.of(device),
    close: (graceMs) => listener.close(graceMs),
  }
}

async function refuse(
  { registry }: DeviceDoorOptions,
  links: HeldLinks,
  keyHash: TlsKeyHash,
): Promise<string | undefined> {
  if ((await registry.find(keyHash)) === undefined) {
    return 'No device of this network has this key: register it (nexqloud device join).'
  }
  const twin = await links.answering(keyHash)
  if (twin === undefined) return undefined
  return `${twin} is connected already, and answers: a device's key is for one machine. Was its disk copied?`
}

async function welcome(options: DeviceDoorOptions, links: HeldLinks, link: Link): Promise<void> {
  const device = await options.registry.find(link.peerKeyHash)
  if (device === undefined) return link.mux.close('refusedStream', 'The device has left.')
  links.put({ link, device: device.name })
  await serveDevice(options, link, device)
  links.delete(link)
}

const refusesStreams: LinkUser = {
  accept: (stream) => {
    stream.reset('refusedStream', 'A device opens no streams.')
    return { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
  },
}

import { createDriver, runHealer, runScheduler, type Driver } from '@nexqloud/control'
import { openGateway, type Gateway } from '@nexqloud/gateway'
import type { Clock } from '@nexqloud/kernel'
import type { KubeClient, KubeletStreams, UsageReader } from '@nexqloud/kube'

import type { MasternodeApi, OpenApi } from './api/masternode-api.ts'
import { openDeviceDoor, type DeviceDoor, type DeviceDoorOptions } from './device/device-door.ts'
import { createCredentialReader } from './device/registry-credentials.ts'
import { createRouter, type Router, type RouterOptions } from './route/router.ts'

/** What a masternode is made of. */
export type MasternodeOptions = {
  readonly openApi: OpenApi
  /** Where devices dial. */
  readonly devices: Pick<DeviceDoorOptions, 'registry' | 'identity' | 'host' | 'port' | 'onRefused'>
  /** Where instances are reached. */
  readonly gateway: {
    readonly host: string
    readonly httpPort: number
    /** The range that instances get their addresses of. */
    readonly pool: string
    /** Instances are called `name.namespace.` and this. */
    readonly domain: string
  }
  readonly clock: Clock
  /** The version of the program. */
  readonly software: string
  /** Told of each failure after which it goes on; `part` is whose, e.g. `scheduler`, `device-7`. */
  readonly onFailure: (failure: unknown, part: string) => void
}

/** A masternode that runs. */
export type Masternode = {
  readonly client: KubeClient
  /** Where clients reach the Kubernetes API; nothing where it is somebody else's. */
  readonly kubernetesPort: number | undefined
  readonly gateway: Gateway
  readonly devices: DeviceDoor
  /** Ends it: containers run on, on their devices. */
  readonly close: () => Promise<void>
}

/** How long streams over a device's link may go on at the end: milliseconds. */
const GRACE_MS = 500
/** A device is driven by one masternode, in one term. */
const TERM = 1

/** Opens a masternode: the API, the doors, and the controllers between them. What was opened is closed again where one cannot be. */
export async function openMasternode(options: MasternodeOptions): Promise<Masternode> {
  const { clock, onFailure } = options
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0).toReversed()) {
      // What cannot be closed keeps nothing else open.
      await each().catch((failure: unknown) => onFailure(failure, 'masternode'))
    }
  }
  try {
    const parts = createLateParts()
    const { streams, usage } = parts
    const tellApi = (failure: unknown): void => onFailure(failure, 'kubernetes')
    const api = await options.openApi({ streams, usage, clock, onFailure: tellApi })
    opened.push(api.close)
    const driver = createDriver({ ...api, clock, onFailure: (each) => onFailure(each, 'driver') })
    const gateway = await openGateway({
      ...options.gateway,
      clock,
      onFailure: ({ id, error }) => onFailure(error, id),
    })
    opened.push(() => gateway.close())
    const router = openRouter(options, { api, gateway, parts })
    const devices = await openDevices(options, { api, driver, router })
    opened.push(() => devices.close(GRACE_MS))
    parts.set(driver, devices)
    opened.push(startControllers(options, { api, driver, router }))
    return { client: api.client, kubernetesPort: api.port, gateway, devices, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

type Parts = {
  readonly api: MasternodeApi
  readonly driver: Driver
  readonly router: Router
}

function openRouter(
  { gateway: { pool, domain }, clock, onFailure }: MasternodeOptions,
  {
    api: { client, schedulerNames },
    gateway,
    parts: { muxOf },
  }: Pick<Parts, 'api'> & { readonly gateway: Gateway; readonly parts: LateParts },
): Router {
  return createRouter({
    client,
    clock,
    gateway,
    pool,
    domain,
    muxOf,
    isServed: ({ spec }) => schedulerNames.includes(spec?.schedulerName ?? ''),
    onFailure: (failure) => onFailure(failure, 'router'),
  })
}

function openDevices(
  options: MasternodeOptions,
  { api, driver, router }: Parts,
): Promise<DeviceDoor> {
  return openDeviceDoor({
    ...options,
    ...options.devices,
    driver,
    readCredentials: createCredentialReader(api.client, (failure) =>
      options.onFailure(failure, 'credentials'),
    ),
    addressOf: router.addressOf,
    term: TERM,
    onDevice: router.deviceChanged,
  })
}

/** Starts what watches and acts, and returns how to end it. */
function startControllers(
  { clock, onFailure }: MasternodeOptions,
  { api: { client, schedulerNames }, driver, router }: Parts,
): () => Promise<void> {
  const over = new AbortController()
  const common = (part: string) => ({
    client,
    clock,
    onFailure: (failure: unknown) => onFailure(failure, part),
  })
  const running = Promise.all([
    driver.run(over.signal),
    runScheduler({ ...common('scheduler'), schedulerNames }, over.signal),
    runHealer(common('healer'), over.signal),
    router.run(over.signal),
  ])
  running.catch((failure: unknown) => onFailure(failure, 'controllers'))
  return async () => {
    over.abort()
    await running.catch(() => {})
  }
}

type LateParts = {
  readonly streams: KubeletStreams
  readonly usage: UsageReader
  readonly muxOf: RouterOptions['muxOf']
  readonly set: (driver: Driver, devices: DeviceDoor) => void
}

/** The API asks those who are made with its client: until they are, nobody is there. */
function createLateParts(): LateParts {
  let made: { readonly driver: Driver; readonly devices: DeviceDoor } | undefined
  const streams = (): KubeletStreams => {
    if (made === undefined) throw new TypeError('The masternode is still being opened.')
    return made.driver.streams
  }
  return {
    set: (driver, devices) => {
      made = { driver, devices }
    },
    streams: {
      log: (...args) => streams().log(...args),
      run: async (...args) => streams().run(...args),
      connect: async (...args) => streams().connect(...args),
    },
    usage: {
      nodes: () => made?.devices.usage.nodes() ?? [],
      pods: () => made?.devices.usage.pods() ?? [],
    },
    muxOf: (device) => made?.devices.linkOf(device)?.mux,
  }
}

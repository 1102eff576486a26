import {
  createDriver,
  type Driver,
  type Election,
  type MeterLedger,
  type Attest,
  type Notify,
} from '@nexqloud/control'
import { openGateway, type Gateway } from '@nexqloud/gateway'
import type { Clock } from '@nexqloud/kernel'
import type { KubeClient, KubeletStreams } from '@nexqloud/kube'
import type { RecordedEvent } from '@nexqloud/store'

import type { MasternodeApi, OpenApi } from './api/masternode-api.ts'
import { CONTROLLERS, startControllers } from './controllers.ts'
import { openDeviceDoor, type DeviceDoor, type DeviceDoorOptions } from './device/device-door.ts'
import type { AnswerPod } from './device/pod-door.ts'
import { createCredentialReader } from './device/registry-credentials.ts'
import { createLateParts, type LateParts } from './late-parts.ts'
import { kubernetesAway } from './reach/own-happenings.ts'
import { createReach } from './reach/reach.ts'
import type { OwnHappening } from './record/own-event.ts'
import { openRecorder, type Recorder, type RecordOptions } from './record/recorder.ts'
import type { Exposures } from './route/exposures.ts'
import { createRouter, type Router } from './route/router.ts'
import { openSsh, type SshOptions, type SshParts } from './ssh/open-ssh.ts'

/** What a masternode is made of. */
export type MasternodeOptions = {
  /** Its name among those that work on the same API, also after it was started again. */
  readonly identity: string
  readonly openApi: OpenApi
  /** Where devices dial. */
  readonly devices: Pick<
    DeviceDoorOptions,
    'registry' | 'identity' | 'host' | 'port' | 'offer' | 'onRefused' | 'randomInt' | 'isTimeProven'
  >
  /** Answers what pods ask through their devices; nobody is answered where it is left out. */
  readonly answerPod?: AnswerPod
  /** Where instances are reached. */
  readonly gateway: {
    readonly host: string
    readonly httpPort: number
    /** The range that instances get their addresses of. */
    readonly pool: string
    /** Instances are called `name.namespace.` and this. */
    readonly domain: string
  }
  /** Where instances are reached that others than this masternode give their addresses. */
  readonly exposures?: Exposures
  /** SSH into instances, at ports that are said to be for it; who comes there is reset where it is left out. */
  readonly ssh?: SshOptions
  /** What is kept of it all; nothing where it is left out. */
  readonly record?: RecordOptions
  /** The leases that what runs is paid by; nothing is metered where it is left out. */
  readonly ledger?: MeterLedger
  /** Sends what tenants are told to where their namespaces say; nothing is sent where it is left out. */
  readonly notify?: Notify
  /** Signs receipts of what is erased, as a wallet signs a message. */
  readonly attest?: Attest
  readonly clock: Clock
  /** The version of the program. */
  readonly software: string
  /** Told of each failure after which it goes on; `part` is whose, e.g. `scheduler`, `device-7`. */
  readonly onFailure: (failure: unknown, part: string) => void
  /** Told of what happened to the masternode itself, which is in its record, too. */
  readonly onOwn: (happening: OwnHappening) => void
}

/** A masternode that runs. */
export type Masternode = {
  readonly client: KubeClient
  /** The way to the containers of the devices that it drives. */
  readonly streams: KubeletStreams
  /** Whether it drives a device. */
  readonly drives: (device: string) => boolean
  /** The term in which it acts for all masternodes of its API; nothing while another one does. */
  readonly leadingTerm: () => number | undefined
  /** Where clients reach the Kubernetes API; nothing where it is somebody else's. */
  readonly kubernetesPort: number | undefined
  readonly gateway: Gateway
  readonly devices: DeviceDoor
  /** Writes an event into the record, where there is one. */
  readonly note: (event: RecordedEvent) => void
  /** As {@link note}, of what happened to the masternode itself. */
  readonly tell: (happening: OwnHappening) => void
  /** Ends it: containers run on, on their devices. */
  readonly close: () => Promise<void>
}

/** How long streams over a device's link may go on at the end: milliseconds. */
const GRACE_MS = 500

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
    const late = createLateParts()
    const fail = (part: string) => (failure: unknown) => onFailure(failure, part)
    const recorder = await openRecord(options)
    const tell = (happening: OwnHappening): void => {
      recorder?.tell(happening)
      options.onOwn(happening)
    }
    const api = await options.openApi({
      ...options,
      ...late,
      streams: recorder?.withRecord(late.streams) ?? late.streams,
      ...(recorder && { aggregated: recorder.aggregated }),
      reach: createReach({ clock, onBack: (absence) => tell(kubernetesAway(absence)) }),
      onFailure: fail('kubernetes'),
    })
    opened.push(api.close)
    const election = api.openElection(late.electionChanged)
    const drives = (device: string): boolean => election.termOf(device) !== undefined
    const driver = createDriver({
      ...api,
      identity: options.identity,
      drives,
      clock,
      onFailure: fail('driver'),
    })
    const gateway = await openGatewayOf(options, {
      client: api.client,
      streams: late.streams,
      addressOf: (instance) => router.addressOf(instance),
      opened,
    })
    const router = openRouter(options, { api, gateway, election, drives, late })
    const devices = await openDevices(options, { api, driver, router, election, recorder })
    opened.push(() => devices.close(GRACE_MS))
    const parts = { ...api, ...options, election, driver, router, devices, recorder }
    const controllers = startControllers(parts)
    opened.push(controllers.close)
    late.set({ driver, devices, electionChanged: controllers.electionChanged })
    const note = recorder?.note ?? (() => {})
    const { client, port: kubernetesPort } = api
    const { streams } = driver
    const leadingTerm = (): number | undefined => election.termOf(CONTROLLERS)
    const said = { drives, leadingTerm, note, tell }
    return { client, streams, ...said, kubernetesPort, gateway, devices, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

type GatewayRoom = Pick<SshParts, 'client' | 'streams' | 'addressOf'> & {
  readonly opened: (() => Promise<void>)[]
}

async function openGatewayOf(
  { gateway: own, ssh: sshOptions, clock, onFailure }: MasternodeOptions,
  { opened, ...parts }: GatewayRoom,
): Promise<Gateway> {
  const { domain } = own
  const ssh = sshOptions && openSsh(sshOptions, { ...parts, clock, domain })
  opened.push(async () => ssh?.close())
  const gateway = await openGateway({
    ...own,
    ...(ssh && { onSsh: ssh.visit }),
    clock,
    onFailure: ({ id, error }) => onFailure(error, id),
  })
  opened.push(() => gateway.close())
  return gateway
}

async function openRecord({
  record,
  devices: { isTimeProven = () => false },
  clock,
  onFailure,
}: MasternodeOptions): Promise<Recorder | undefined> {
  const fail = (failure: unknown): void => onFailure(failure, 'record')
  return record && openRecorder(record, { clock, isTimeProven, onFailure: fail })
}

type Parts = {
  readonly api: MasternodeApi
  readonly election: Election
  readonly driver: Driver
  readonly router: Router
  readonly recorder: Recorder | undefined
}

type RoutingParts = Pick<Parts, 'api' | 'election'> & {
  readonly gateway: Gateway
  readonly drives: (device: string) => boolean
  readonly late: LateParts
}

function openRouter(
  { gateway: { pool, domain }, exposures, clock, onFailure }: MasternodeOptions,
  {
    api: { client, schedulerNames },
    election,
    gateway,
    drives,
    late: { muxOf, onAddress },
  }: RoutingParts,
): Router {
  return createRouter({
    client,
    clock,
    gateway,
    pool,
    domain,
    exposures,
    muxOf,
    onAddress,
    drives,
    leads: () => election.termOf(CONTROLLERS) !== undefined,
    isServed: ({ spec }) => schedulerNames.includes(spec?.schedulerName ?? ''),
    onFailure: (failure) => onFailure(failure, 'router'),
  })
}

function openDevices(
  options: MasternodeOptions,
  { api, driver, election, router, recorder }: Parts,
): Promise<DeviceDoor> {
  return openDeviceDoor({
    ...options,
    ...options.devices,
    driver,
    election,
    ...(recorder && { witness: recorder.witness, instanceOf: recorder.instanceOf }),
    readCredentials: createCredentialReader(api.client, (failure) =>
      options.onFailure(failure, 'credentials'),
    ),
    addressOf: router.addressOf,
    onDevice: router.deviceChanged,
  })
}

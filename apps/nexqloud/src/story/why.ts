import type { DeviceView } from '@nexqloud/control'
import { deviceOfName } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { readDevice, type DeviceRecord } from '@nexqloud/ledger'

import { faultOf } from '../fault.ts'
import { printResult } from '../fields.ts'
import { mergeHappenings, type Happening } from '../instance/happenings.ts'
import { withInstances, type InstanceSession } from '../instance/instance-session.ts'
import { readRecord } from '../instance/recorded.ts'
import { nameOf, readView, readViews, type InstanceView } from '../instance/view.ts'
import { readDevices, type Devices } from '../placement/read-devices.ts'
import { readObstacle } from '../placement/read-obstacle.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { storyOfDevice } from './device-story.ts'
import { NameUnreadableError, UnknownNameError } from './errors.ts'
import { devicesOf, storyOfInstance } from './instance-story.ts'
import { driverOf } from './masternode-story.ts'
import { readChainStory } from './read-chain-story.ts'
import type { StatusOptions } from './status.ts'
import { tellStory, type Story } from './story.ts'

/** Tells why an instance or a device is as it is. */
export async function explain(name: string, options: StatusOptions, shell: Shell): Promise<void> {
  const story = await withInstances(options, shell, async (session) => {
    const found = await readDevices(session.client, shell.clock.wallMs())
    const isNumber = /^\d{1,10}$/.test(name)
    const view = isNumber ? undefined : await readView(session, name)
    if (view !== undefined) return explainInstance(session, view, found?.devices)
    const deviceName = isNumber ? `device-${name}` : name
    const device = found?.devices.find((each) => each.name === deviceName)
    if (found !== undefined && device !== undefined) {
      return explainDevice(session, { found, device }, options)
    }
    const { record, problem } = await readChainDevice(deviceName, options, shell)
    if (record !== undefined) return neverConnected(deviceName, record)
    if (problem !== undefined) throw new NameUnreadableError(name, problem)
    const known = (await readViews(session)).map(nameOf)
    throw new UnknownNameError(name, { ...session, known })
  })
  printResult({ document: story, lines: tellStory(story) }, { ...shell, ...options })
}

async function explainInstance(
  session: InstanceSession,
  view: InstanceView,
  devices: readonly DeviceView[] | undefined,
): Promise<Story> {
  const record = await readRecord(session, nameOf(view))
  const happenings = mergeHappenings(view.events, record)
  const nowMs = session.shell.clock.wallMs()
  const { pod } = view
  const isWaiting = pod !== undefined && pod.spec?.nodeName === undefined
  return storyOfInstance({
    view,
    happenings,
    deviceHappenings: devices === undefined ? [] : await readNodes(session, devicesOf(happenings)),
    devices,
    obstacle: isWaiting ? await readObstacle(session.client, pod, { nowMs }) : undefined,
    nowMs,
  })
}

async function readNodes(
  { client }: InstanceSession,
  names: readonly string[],
): Promise<readonly Happening[]> {
  const lists = await Promise.all(
    names.map((name) => {
      const fieldSelector = `involvedObject.kind=Node,involvedObject.name=${name}`
      return client.list(kinds.events, { namespace: 'default', fieldSelector })
    }),
  )
  return mergeHappenings(
    lists.flatMap(({ items }) => items),
    undefined,
  )
}

async function explainDevice(
  session: InstanceSession,
  { found, device }: { readonly found: Devices; readonly device: DeviceView },
  options: StatusOptions,
): Promise<Story> {
  const { shell } = session
  const [chain, { record, problem }, happenings] = await Promise.all([
    readChainStory(options, shell),
    readChainDevice(device.name, options, shell),
    readNodes(session, [device.name]),
  ])
  const masternode = driverOf(device.name, found, chain)
  const nowMs = shell.clock.wallMs()
  return storyOfDevice({ device, record, problem, masternode, happenings, nowMs })
}

type ChainDevice = {
  /** Nothing where the chain knows none, or does not tell. */
  readonly record?: DeviceRecord | undefined
  /** Why it does not tell. */
  readonly problem?: string
}

async function readChainDevice(
  name: string,
  options: StatusOptions,
  shell: Shell,
): Promise<ChainDevice> {
  const device = deviceOfName(name)
  if (device === undefined) return {}
  try {
    const { ledger } = await openSession(options, shell)
    return { record: await readDevice(ledger, device) }
  } catch (error) {
    return { problem: faultOf(error).message }
  }
}

function neverConnected(name: string, { status, owner }: DeviceRecord): Story {
  return {
    kind: 'device',
    name,
    state: status,
    summary: `${name} is ${status} on the chain, and has never connected to this masternode.`,
    reasons: [`It is owned by ${owner}.`],
    steps: [],
    tries: ['on that machine: nexqloud device status'],
  }
}

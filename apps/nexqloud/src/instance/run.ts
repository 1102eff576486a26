import { instances } from '@nexqloud/control'
import { StatusError } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { formatFields, printResult } from '../fields.ts'
import { tellOffer, type ToldOffer } from '../lease/tell-offer.ts'
import { holdingOf, tellHolding } from '../placement/holders.ts'
import { readDevices } from '../placement/read-devices.ts'
import { readObstacle } from '../placement/read-obstacle.ts'
import type { Shell } from '../shell.ts'
import { urlsOf } from './address.ts'
import { numberLabel } from './dns-label.ts'
import {
  InstanceAbsentError,
  InstanceFailedError,
  InstanceNameTakenError,
  InstanceStuckError,
  NoRoomError,
  WaitedTooLongError,
} from './errors.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { readTail } from './log-part.ts'
import { parseRequest, type InstanceRequest, type RequestOptions } from './request.ts'
import { runMany } from './run-many.ts'
import { stateOf } from './state.ts'
import { knowingInstances, type InstanceView } from './view.ts'
import { waitUntilRuns } from './wait.ts'

/** How long is waited. */
export type WaitOptions = {
  /** `--no-wait` makes it false. */
  readonly wait: boolean
  /** Seconds. */
  readonly timeout: number
}

/** What `nexqloud run` was asked. */
export type RunOptions = InstanceOptions &
  RequestOptions &
  WaitOptions & {
    /** How many that are alike; one where it is left out. */
    readonly count?: number
  }

/** Launches an instance, and waits until it runs; returns the exit code. */
export async function runInstance(
  [image = '', ...command]: readonly string[],
  options: RunOptions,
  shell: Shell,
): Promise<number> {
  const request = parseRequest(image, command, options)
  return withInstances(options, shell, async (session) => {
    const { count = 1 } = options
    await assertRoom(session, request, count)
    const offer = await tellOffer(session, { template: request.spec.template, count }, options)
    if (count > 1) return runMany(session, { request, count, options, offer })
    const name = await create(session, request)
    if (options.wait) return awaitInstance(session, name, { ...options, offer })
    const document = { name, namespace: session.namespace, ...(offer && { price: offer }) }
    printResult({ document, lines: [name] }, { ...shell, json: options.json })
    return exitCode.done
  })
}

/**
 * Waits until an instance runs, and prints where; returns the exit code.
 *
 * @throws {@link InstanceFailedError} with the cause where it does not.
 * @throws {@link InstanceStuckError} where that may pass, but not soon.
 * @throws {@link WaitedTooLongError}
 */
export async function awaitInstance(
  session: InstanceSession,
  name: string,
  {
    timeout,
    json,
    offer,
  }: WaitOptions & InstanceOptions & { readonly offer?: ToldOffer | undefined },
): Promise<number> {
  const outcome = await waitUntilRuns(session, name, timeout * 1000)
  if (outcome.kind === 'interrupted') {
    session.shell.printer.note(`${name} goes on by itself: nexqloud ps shows how far it is.`)
    return exitCode.interrupted
  }
  if (outcome.kind === 'gone') {
    throw new InstanceAbsentError([name], { ...session, known: [] })
  }
  if (outcome.kind === 'late') {
    throw new WaitedTooLongError(name, { seconds: timeout, why: outcome.why })
  }
  if (outcome.kind === 'stuck') throw new InstanceStuckError(name, outcome.trouble)
  if (outcome.kind === 'failed') {
    for (const line of await readTail(session, outcome.view)) session.shell.printer.note(line)
    throw new InstanceFailedError(name, outcome.trouble)
  }
  print(session, outcome.view, { json, offer })
  return exitCode.done
}

/** What passes by itself, whatever is asked for: devices come back. */
const passing: ReadonlySet<string> = new Set(['devices', 'cordon', 'taints', 'full disks'])

/** An order that cannot be met is refused before anything is made of it. Who may not see the devices is told afterwards. */
async function assertRoom(
  { client, namespace, shell }: InstanceSession,
  { name, spec: { template } }: InstanceRequest,
  count: number,
): Promise<void> {
  const nowMs = shell.clock.wallMs()
  const pod = { metadata: { name }, ...template }
  const obstacle = await readObstacle(client, pod, { nowMs, count })
  if (obstacle === undefined || passing.has(obstacle.by)) return
  const found = await readDevices(client, nowMs)
  const holding = found && holdingOf(obstacle, found.devices)
  const some = count > 1 ? `${obstacle.placed} of ${count} have a place; the next one is ` : ''
  const told = `${some}${obstacle.message}`
  throw new NoRoomError(name, told, holding && tellHolding(holding, namespace))
}

/** A name that was made up is numbered until it is free. */
async function create(
  { client, namespace }: InstanceSession,
  { name: wanted, isNameChosen, labels, spec }: InstanceRequest,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = numberLabel(wanted, number)
    try {
      const metadata = { name, namespace, labels }
      await knowingInstances(client.create(instances, { namespace }, { metadata, spec }))
      return name
    } catch (failure) {
      const isTaken = failure instanceof StatusError && failure.reason === 'AlreadyExists'
      if (!isTaken) throw failure
      if (isNameChosen) throw new InstanceNameTakenError(name)
    }
  }
}

function print(
  session: InstanceSession,
  view: InstanceView,
  { json, offer }: { readonly json: boolean | undefined; readonly offer: ToldOffer | undefined },
): void {
  const { printer, clock } = session.shell
  const state = stateOf(view, clock.wallMs())
  const urls = urlsOf(state, session)
  const { name, device = '', address = 'none yet', status } = state
  printResult(
    {
      document: { ...state, urls, ...(offer && { price: offer }) },
      lines: formatFields([
        ['name', name],
        ['status', status],
        ['device', device],
        ['address', address],
        ...urls.map((url, index) => [index === 0 ? 'URL' : '', url] as const),
      ]),
    },
    { printer, json },
  )
}

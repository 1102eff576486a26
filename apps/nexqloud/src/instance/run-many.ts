import { instances, labels, type Instance, type Pod } from '@nexqloud/control'
import { createGate } from '@nexqloud/kernel'
import { createInformer, kinds, StatusError } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { ToldOffer } from '../lease/tell-offer.ts'
import { isDnsLabel, numberLabel } from './dns-label.ts'
import {
  InstanceFailedError,
  InstanceNameTakenError,
  InvalidRequestError,
  SomeWaitError,
} from './errors.ts'
import type { InstanceSession } from './instance-session.ts'
import type { InstanceRequest } from './request.ts'
import type { RunOptions } from './run.ts'
import { isAtRest, stateOf } from './state.ts'
import { troubleOf } from './trouble.ts'
import { knowingInstances, nameOf, ownPod, type InstanceView } from './view.ts'

/** Many instances that are wanted. */
export type ManyRequest = {
  readonly request: InstanceRequest
  readonly count: number
  readonly options: RunOptions
  readonly offer: ToldOffer | undefined
}

/** Requests that are under way at once. */
const AT_ONCE = 64
/** Between two looks: milliseconds. */
const LOOK_MS = 300

/**
 * Launches instances that are alike and kept apart, and waits until all of them run, or have ended as they should; returns the exit code.
 *
 * @throws {@link InstanceNameTakenError} where one is there already, and nothing was made.
 * @throws {@link InstanceFailedError} with the cause where one of them never will run.
 * @throws {@link SomeWaitError}
 */
export async function runMany(session: InstanceSession, many: ManyRequest): Promise<number> {
  const { count, options, offer } = many
  const beganMs = session.shell.clock.steadyMs()
  const group = await chooseGroup(session, many)
  const over = new AbortController()
  const pods = followGroup(session, group)
  const following = pods.run(over.signal)
  try {
    const made = await createAll(session, group, many)
    if (made.length < count) {
      const some = `${made.length} of ${count} of ${group} were asked for, and go on by themselves`
      session.shell.printer.note(`${some}: nexqloud ps shows them, nexqloud rm takes them away.`)
      return exitCode.interrupted
    }
    const launched = { group, count, options, offer }
    if (!options.wait) return print(session, launched)
    // Others may carry the group's label: what is left of an earlier one, for example.
    const views = (): readonly InstanceView[] => {
      const podOf = new Map(pods.list().map((pod) => [pod.metadata?.name, pod]))
      return made.map((instance) => {
        return { instance, pod: ownPod(instance, podOf.get(nameOf({ instance }))), events: [] }
      })
    }
    const areThere = await waitUntilThere(session, views, launched)
    if (!areThere) {
      session.shell.printer.note(`${group} goes on by itself: nexqloud ps shows how far it is.`)
      return exitCode.interrupted
    }
    const seconds = (session.shell.clock.steadyMs() - beganMs) / 1000
    return print(session, { ...launched, pods: views().flatMap(({ pod }) => pod ?? []), seconds })
  } finally {
    over.abort()
    await following
  }
}

/** Returns what all of them are called, without their numbers. */
async function chooseGroup(
  { client, namespace }: InstanceSession,
  { request: { name, isNameChosen }, count }: ManyRequest,
): Promise<string> {
  const { items } = await knowingInstances(client.list(instances, { namespace }))
  const taken = new Set(items.map(({ metadata }) => metadata?.name))
  for (let number = 1; ; number += 1) {
    const group = numberLabel(name, number)
    if (!isDnsLabel(`${group}-${count}`)) {
      throw new InvalidRequestError([`--name ${group}: ${group}-${count} is too long.`], 'run')
    }
    const first = namesOf(group, count).find((each) => taken.has(each))
    if (first === undefined) return group
    if (isNameChosen) throw new InstanceNameTakenError(first)
  }
}

function namesOf(group: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${group}-${index + 1}`)
}

/** Makes all of them, and returns those that were made until somebody pressed Ctrl-C. */
async function createAll(
  { client, namespace, shell }: InstanceSession,
  group: string,
  { request: { labels: own, spec }, count }: ManyRequest,
): Promise<readonly Instance[]> {
  const { template } = spec
  const carried = { [labels.group]: group }
  const grouped = { ...spec, template: { ...template, metadata: { labels: carried } } }
  const pass = createGate(AT_ONCE)
  const failed = new AbortController()
  let made = 0
  // What was made stays: it can be removed by its name.
  const createOne = async (name: string): Promise<readonly Instance[]> => {
    if (shell.signal.aborted || failed.signal.aborted) return []
    const metadata = { name, namespace, labels: { ...own, ...carried } }
    try {
      const instance = await client.create(instances, { namespace }, { metadata, spec: grouped })
      made += 1
      shell.printer.status(`${group}: ${made} of ${count} asked for`)
      return [instance]
    } catch (failure) {
      failed.abort()
      const isTaken = failure instanceof StatusError && failure.reason === 'AlreadyExists'
      throw isTaken ? new InstanceNameTakenError(name) : failure
    }
  }
  const all = await Promise.all(namesOf(group, count).map((name) => pass(() => createOne(name))))
  return all.flat()
}

function followGroup({ client, namespace, shell }: InstanceSession, group: string) {
  return createInformer(client, {
    kind: kinds.pods,
    selection: { namespace, labelSelector: `${labels.group}=${group}` },
    clock: shell.clock,
    onChange: () => {},
    onFailure: (failure) => shell.printer.note(String(failure)),
  })
}

type Wait = Pick<ManyRequest, 'count' | 'options' | 'offer'> & { readonly group: string }

/** Returns false where somebody pressed Ctrl-C. */
async function waitUntilThere(
  { shell: { clock, signal, printer } }: InstanceSession,
  look: () => readonly InstanceView[],
  { group, count, options: { timeout } }: Wait,
): Promise<boolean> {
  const untilMs = clock.steadyMs() + timeout * 1000
  for (;;) {
    const views = look()
    for (const view of views) {
      const trouble = troubleOf(view)
      if (trouble?.isFinal === true) throw new InstanceFailedError(nameOf(view), trouble)
    }
    const there = views.filter((view) => isThere(view, clock.wallMs())).length
    if (there >= count) return true
    if (signal.aborted) return false
    if (clock.steadyMs() > untilMs) {
      throw new SomeWaitError(group, { left: count - there, seconds: timeout })
    }
    printer.status(`${group}: ${there} of ${count} run`)
    await clock.delay(LOOK_MS, signal)
  }
}

function isThere(view: InstanceView, nowMs: number): boolean {
  const state = stateOf(view, nowMs)
  return state.isReady || isAtRest(state, view)
}

type Launched = Wait & { readonly pods?: readonly Pod[]; readonly seconds?: number }

function print(
  { namespace, shell }: InstanceSession,
  { group, count, options, offer, pods, seconds = 0 }: Launched,
): number {
  const devices = new Set(pods?.map(({ spec }) => spec?.nodeName)).size
  const line =
    pods === undefined
      ? `${group}-1 to ${group}-${count}`
      : `${group}-1 to ${group}-${count} run on ${devices} devices, ${seconds.toFixed(1)} s after they were asked for`
  const document = {
    group,
    count,
    namespace,
    ...(pods !== undefined && { devices, seconds }),
    ...(offer && { price: offer }),
  }
  printResult({ document, lines: [line] }, { ...shell, json: options.json })
  return exitCode.done
}

import type { DeviceView, Instance } from '@nexqloud/control'
import { ageOf } from '@nexqloud/kube'
import type { Blocked } from '@nexqloud/rules'

import type { Happening } from '../instance/happenings.ts'
import { stateOf } from '../instance/state.ts'
import { troubleOf } from '../instance/trouble.ts'
import type { InstanceView } from '../instance/view.ts'
import { holdingOf, tellHolding, type Holding } from '../placement/holders.ts'
import { phaseOf, phaseWords, type InstancePhase } from './instance-phase.ts'
import { tellSteps, type Step, type Story } from './story.ts'

/** What is known of an instance. */
export type InstanceFacts = {
  readonly view: InstanceView
  /** Of it and its pods, oldest first. */
  readonly happenings: readonly Happening[]
  /** Of the devices that it was on. */
  readonly deviceHappenings: readonly Happening[]
  /** Nothing where whoever asks does not see them. */
  readonly devices: readonly DeviceView[] | undefined
  /** Why no device takes it now. */
  readonly obstacle: Blocked | undefined
  readonly nowMs: number
}

/** Returns why an instance is where it is, or is nowhere. */
export function storyOfInstance(facts: InstanceFacts): Story {
  const { view, devices = [], nowMs } = facts
  const state = stateOf(view, nowMs)
  const phase = phaseOf(view, new Map(devices.map((each) => [each.name, each])), nowMs)
  const steps = stepsOf(facts)
  const holding = facts.obstacle && holdingOf(facts.obstacle, devices)
  const trouble = troubleOf(view)
  return {
    kind: 'instance',
    name: state.name,
    state: phase,
    summary: summaryOf(facts, phase, steps),
    reasons: reasonsOf(facts, holding),
    steps,
    ...(holding && { holding }),
    tries: [...freeing(facts, holding), ...(trouble === undefined ? [] : [trouble.hint])],
  }
}

function summaryOf(
  { view, nowMs }: InstanceFacts,
  phase: InstancePhase,
  steps: readonly Step[],
): string {
  const { name, device, status, since } = stateOf(view, nowMs)
  const before = steps.findLast((step) => step.placedOn !== undefined && step.placedOn !== device)
  const earlier = before?.placedOn === undefined ? '' : `; before on ${before.placedOn}`
  if (phase === 'running') {
    const span = since === undefined ? '' : ` for ${ageOf(since, nowMs)}`
    return `${name} runs on ${device}${span}${earlier}.`
  }
  if (phase === 'resting') return `${name} is at rest: ${status}${earlier}.`
  if (phase === 'frozen') {
    return `${name} is frozen: its account cannot pay for it, and its containers do not run${earlier}.`
  }
  if (phase === 'dark') {
    return `${name} is on ${device}, of which nothing is heard: its visitors wait${earlier}.`
  }
  const place = device === undefined ? 'has no device' : `is on ${device}`
  const isSaid = status.toLowerCase() === phase
  return `${name} is ${phaseWords[phase]} and ${place}${isSaid ? '' : `: ${status}`}${earlier}.`
}

function reasonsOf(
  { view, obstacle, devices = [] }: InstanceFacts,
  holding: Holding | undefined,
): readonly string[] {
  const trouble = troubleOf(view)
  const { namespace = '' } = view.instance.metadata ?? {}
  if (obstacle !== undefined) {
    return [
      `Now ${obstacle.message}.`,
      ...(holding === undefined ? [] : [tellHolding(holding, namespace)]),
    ]
  }
  if (trouble !== undefined) return [`${trouble.reason}: ${trouble.message}`]
  const device = devices.find(({ name }) => name === view.pod?.spec?.nodeName)
  return device === undefined || device.why === '' ? [] : [`${device.name}: ${device.why}`]
}

/** What never started holds its part all the same: whoever owns it can give that back. */
function freeing({ view }: InstanceFacts, holding: Holding | undefined): readonly string[] {
  const { namespace = '' } = view.instance.metadata ?? {}
  const idle = holding?.holders.find((each) => !each.hasStarted && each.namespace === namespace)
  return idle === undefined ? [] : [`nexqloud rm ${idle.name} gives back what never started.`]
}

function stepsOf({ view, happenings, deviceHappenings }: InstanceFacts): readonly Step[] {
  const { metadata = {} } = view.instance
  const asked: Step = {
    at: metadata.creationTimestamp ?? '',
    cause: 'Created',
    text: 'it was asked for',
  }
  const all = [...happenings, ...stopOf(view.instance, happenings)]
  const own = tellSteps(all)
  const placings = own.filter(({ placedOn }) => placedOn !== undefined)
  const beside = deviceHappenings.filter(({ at, cause, device }) => {
    const there = placings.findLast((step) => step.at <= at)
    return there?.placedOn === device && cause !== 'DeviceLive'
  })
  // What happened to the device in the same second came first.
  return [asked, ...tellSteps([...beside, ...all])]
}

/** The instance itself remembers its newest stop longest. */
function stopOf({ status }: Instance, told: readonly Happening[]): readonly Happening[] {
  const { lastStop } = status ?? {}
  if (lastStop === undefined || told.some(({ cause }) => cause === lastStop.cause)) return []
  const { at, cause, evidence, actor, device } = lastStop
  return [{ at, cause, message: `Stopped: ${evidence}`, actor, device }]
}

/** Returns the devices that an instance was placed on, each once. */
export function devicesOf(happenings: readonly Happening[]): readonly string[] {
  return [...new Set(tellSteps(happenings).flatMap(({ placedOn }) => placedOn ?? []))]
}

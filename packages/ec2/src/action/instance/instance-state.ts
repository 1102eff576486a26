import type { InstanceState, InstanceStateName } from '@aws-sdk/client-ec2'

import type { Sighting } from '../../machine/machines.ts'
import type { InstanceGoal } from '../../resource/kinds.ts'

/** Source: EC2's API reference, InstanceState. */
const codes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

/** What an instance is, by what it is wanted to be and what is seen of it. */
const states: Readonly<
  Record<InstanceGoal, Readonly<Record<Sighting['phase'], InstanceStateName>>>
> = {
  running: { absent: 'pending', waiting: 'pending', running: 'running', ended: 'stopping' },
  // Started before it is gone, what has ended would be taken for one that has shut itself down.
  stopped: { absent: 'stopped', waiting: 'stopping', running: 'stopping', ended: 'stopping' },
  terminated: {
    absent: 'terminated',
    waiting: 'shutting-down',
    running: 'shutting-down',
    ended: 'terminated',
  },
}

/** Returns what an instance is. */
export function stateOf(goal: InstanceGoal, { phase }: Pick<Sighting, 'phase'>): InstanceStateName {
  return states[goal][phase]
}

/** Returns a state as EC2 tells it. */
export function describeState(name: InstanceStateName): Required<InstanceState> {
  return { Code: codes[name], Name: name }
}

/** What a user may ask of an instance, and in which state; what is not here is refused. */
const asked: Readonly<
  Record<
    'start' | 'stop' | 'reboot',
    Readonly<Partial<Record<InstanceStateName, InstanceStateName>>>
  >
> = {
  start: { stopped: 'pending', pending: 'pending', running: 'running' },
  stop: { running: 'stopping', pending: 'stopping', stopping: 'stopping', stopped: 'stopped' },
  reboot: { running: 'running', pending: 'pending' },
}

/** Returns what an instance becomes when it is asked to; nothing where it may not be. */
export function stateAfter(
  act: 'start' | 'stop' | 'reboot',
  state: InstanceStateName,
): InstanceStateName | undefined {
  return asked[act][state]
}

import { CLOCK_OFF, DISK_FULL, HELD_BACK } from '../object/names.ts'
import type { Node } from '../object/object.ts'
import type { Happening } from '../object/record-event.ts'
import { readiness } from './node-object.ts'

type Conditions = NonNullable<Node['status']>['conditions']

/** What is told when a condition comes, or another reason for it, and when it goes. */
const passing = {
  [HELD_BACK]: { type: 'Normal', over: 'DeviceResumed' },
  [DISK_FULL]: { type: 'Warning', over: 'DeviceDiskFree' },
  [CLOCK_OFF]: { type: 'Warning', over: 'DeviceClockRight' },
} as const satisfies Readonly<Record<string, { type: Happening['type']; over: string }>>

/** An owner who works at the device comes and goes all day; only what moves pods is told. */
const untold: ReadonlySet<string | undefined> = new Set(['DeviceYields'])

/** Returns what has happened to a device between what its node said and what it says now. */
export function happeningsOf(before: Conditions, after: Conditions): readonly Happening[] {
  const others = Object.entries(passing).flatMap(([name, row]) =>
    passed(find(before, name), find(after, name), row),
  )
  return [...readyHappening(find(before, 'Ready'), find(after, 'Ready')), ...others]
}

type Condition = NonNullable<Conditions>[number]

function find(conditions: Conditions = [], name: string): Condition | undefined {
  return conditions.find(({ type, reason }) => type === name && !untold.has(reason))
}

function readyHappening(
  before: Condition | undefined,
  after: Condition | undefined,
): readonly Happening[] {
  const { reason = '', message = '' } = after ?? {}
  if (after === undefined || reason === before?.reason) return []
  return [{ type: reason === readiness.live.reason ? 'Normal' : 'Warning', reason, message }]
}

function passed(
  before: Condition | undefined,
  after: Condition | undefined,
  { type, over }: { readonly type: Happening['type']; readonly over: string },
): readonly Happening[] {
  if (after?.reason === before?.reason) return []
  if (after === undefined) {
    return [{ type: 'Normal', reason: over, message: `It is over: ${before?.message}` }]
  }
  return [{ type, reason: after.reason ?? '', message: after.message ?? '' }]
}

import type { Clock } from '@nexqloud/kernel'
import { SILENCE_MS, type Minute } from '@nexqloud/store'

/** A wall clock that differs by more from the steady one has jumped. */
const JUMP_MS = 1000

/** When a process was there to see. Times are milliseconds since 1970 of a clock that runs steadily between two looks. */
export type Attendance = {
  readonly now: () => number
  readonly toWall: (steadyMs: number) => number
  /** Takes note that the process is there now; returns whether the wall clock jumped: then nothing before counts. */
  readonly look: () => boolean
  /** Whether nothing held it up for long in a minute. */
  readonly wasThere: (minute: Minute) => boolean
}

type Span = { readonly fromMs: number; readonly untilMs: number }

/** Returns the attendance of a process that begins now. */
export function createAttendance(clock: Pick<Clock, 'wallMs' | 'steadyMs'>): Attendance {
  let offsetMs = clock.wallMs() - clock.steadyMs()
  const toWall = (steadyMs: number): number => steadyMs + offsetMs
  const now = (): number => toWall(clock.steadyMs())
  const before = (untilMs: number): Span => ({ fromMs: Number.NEGATIVE_INFINITY, untilMs })
  let lookedMs = now()
  let absences: readonly Span[] = [before(lookedMs)]
  return {
    now,
    toWall,
    look: () => {
      const driftMs = clock.wallMs() - now()
      offsetMs += driftMs
      const [fromMs, untilMs] = [lookedMs, now()]
      lookedMs = untilMs
      const hasJumped = Math.abs(driftMs) > JUMP_MS
      if (hasJumped) absences = [before(untilMs)]
      else if (untilMs - fromMs >= SILENCE_MS) absences = [...absences, { fromMs, untilMs }]
      return hasJumped
    },
    wasThere: ({ startMs, endMs }) => {
      absences = absences.filter(({ untilMs }) => untilMs > startMs)
      return absences.every(({ fromMs }) => fromMs >= endMs)
    },
  }
}

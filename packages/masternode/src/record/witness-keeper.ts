import { deviceOfName, type Clock, type DeviceId, type Period } from '@nexqloud/kernel'
import type { Calendar } from '@nexqloud/rules'
import {
  createWitnessBook,
  minuteAfter,
  minuteAt,
  SILENCE_MS,
  type Minute,
  type SealedFile,
  type WitnessedPod,
  type WitnessJournal,
} from '@nexqloud/store'

import { createAttendance } from './attendance.ts'
import type { ProbeSign, ProbeTurn } from './probe-event.ts'

/** What devices show of themselves, as it comes. Times are the steady clock's: milliseconds. */
export type Witness = {
  readonly heard: (device: string, steadyMs: number) => void
  /** The device says of a pod of its own whether it runs. */
  readonly reported: (device: string, pod: WitnessedPod, isRunning: boolean) => void
  /** A probe of such a pod found this. */
  readonly probed: (device: string, pod: WitnessedPod, sign: ProbeSign) => void
}

/** Keeps a witness: each minute is on the disk once it is decided. */
export type WitnessKeeper = Witness & {
  /** Keeps until the signal aborts, and then what is decided by then. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** What a keeper works with. */
export type WitnessKeeperOptions = {
  readonly journal: Pick<WitnessJournal, 'append' | 'sealBefore'>
  readonly calendar: Calendar
  readonly clock: Clock
  /** Whether this masternode's own time is known to be right: then a period is over by it, whether or not a minute was witnessed since. */
  readonly isTimeProven: () => boolean
  readonly onFailure: (failure: unknown) => void
  /** The file of a period that is over is there. */
  readonly onSealed: (sealed: SealedFile) => void
  /** A probe found otherwise than the one before. */
  readonly onProbeTurn: (turn: ProbeTurn) => void
}

/** How often it is looked for what is to be done, and for whether this process was held up: milliseconds. */
const LOOK_MS = 1000
/** After so long every silence that began in a minute is over, or counts as one. */
const DECIDED_MS = SILENCE_MS + 2000

/** Returns the keeper of a masternode's witness, which begins now. */
export function createWitnessKeeper(options: WitnessKeeperOptions): WitnessKeeper {
  const { journal, calendar, clock, onFailure } = options
  const book = createWitnessBook((ms) => minuteAt(calendar, ms))
  const genesisMs = calendar.genesisTime * 1000
  const attendance = createAttendance(clock)
  const minuteNow = (): Minute => minuteAt(calendar, Math.max(attendance.now(), genesisMs))
  let next = minuteNow()
  const sealer = createSealer(options)

  function follow(act: (device: DeviceId, ms: number) => void) {
    return (name: string, steadyMs: number): void => {
      // Others are nobody's that is paid.
      const device = deviceOfName(name)
      const ms = attendance.toWall(steadyMs)
      if (device !== undefined && ms >= genesisMs) act(device, ms)
    }
  }

  async function keep(minute: Minute): Promise<void> {
    const seen = book.take(minute)
    // Whose clock was just found wrong does not know which period is over either.
    if (!attendance.wasThere(minute)) return
    // A minute that cannot be kept was not witnessed: nobody is charged for it here.
    await journal.append(minute.period, seen).catch(onFailure)
    await sealer.sealBefore(minuteAfter(calendar, minute).period)
  }

  async function keepDecided(untilMs: number): Promise<void> {
    while (next.endMs <= untilMs) {
      const minute = next
      next = minuteAfter(calendar, minute)
      await keep(minute)
    }
  }

  return {
    heard: follow(book.heard),
    reported: (name, pod, isRunning) =>
      follow((device, ms) => book.reported(device, { pod, isRunning }, ms))(name, clock.steadyMs()),
    probed: (name, pod, sign) =>
      follow((device, ms) => {
        const hasTurned = book.probed(device, { uid: pod.uid, holds: sign === 'lives' }, ms)
        if (hasTurned) options.onProbeTurn({ device: name, pod, sign, atMs: clock.wallMs() })
      })(name, clock.steadyMs()),
    run: async (signal) => {
      while (!signal.aborted) {
        await clock.delay(LOOK_MS, signal)
        const hasJumped = attendance.look()
        if (hasJumped) {
          book.reset()
          next = minuteNow()
        }
        const decidedMs = attendance.now() - DECIDED_MS
        await keepDecided(decidedMs)
        if (!hasJumped) await sealer.sealDecided(decidedMs)
      }
      await keepDecided(attendance.now())
    },
  }
}

/** Returns what makes the files of periods that are over. */
function createSealer({
  journal,
  calendar,
  isTimeProven,
  onFailure,
  onSealed,
}: Pick<WitnessKeeperOptions, 'journal' | 'calendar' | 'isTimeProven' | 'onFailure' | 'onSealed'>) {
  let before = -1
  const sealBefore = async (period: Period): Promise<void> => {
    before = period
    const sealed = await journal.sealBefore(period).catch(onFailure)
    sealed?.forEach(onSealed)
  }
  return {
    sealBefore,
    /** Files are due soon after their period: no minute of the next one is waited for. */
    sealDecided: async (untilMs: number): Promise<void> => {
      if (untilMs < calendar.genesisTime * 1000 || !isTimeProven()) return
      const { period } = minuteAt(calendar, untilMs)
      if (period > before) await sealBefore(period)
    },
  }
}

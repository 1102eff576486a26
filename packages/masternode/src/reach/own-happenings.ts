import { clockDifference } from '../clock/clock-difference.ts'
import type { OwnHappening } from '../record/own-event.ts'
import type { Absence } from './reach.ts'

/** Returns what is told of a Kubernetes that was not reached. */
export function kubernetesAway({ from, until, why }: Absence): OwnHappening {
  const then = 'it drove no device then, and another masternode that reached it did'
  const message = `The Kubernetes API was not reached from ${iso(from)} until ${iso(until)}: ${then}. ${why}`
  return { cause: 'KubernetesAway', message, at: until }
}

/** Returns what is told of a chain that was not reached. */
export function chainAway({ from, until, why }: Absence): OwnHappening {
  const then = 'devices stayed as they were known, and nothing was measured or posted'
  const message = `The chain was not reached from ${iso(from)} until ${iso(until)}: ${then}. ${why}`
  return { cause: 'ChainAway', message, at: until }
}

/** Returns what is told of a machine whose clock is off by so much, by the chain's blocks. */
export function ownClockOff(offMs: number, at: Date): OwnHappening {
  const message = `The clock of this masternode's machine is some ${clockDifference(offMs)} of the chain's: it goes by the chain's, and no device is to blame. Let it be set by the network (NTP).`
  return { cause: 'ClockOff', message, at }
}

/** Returns what is told once it is right again. */
export function ownClockRight(at: Date): OwnHappening {
  const message = "The clock of this masternode's machine agrees with the chain's again."
  return { cause: 'ClockRight', message, at }
}

const iso = (date: Date): string => date.toISOString()

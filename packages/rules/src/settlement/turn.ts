import type { Period } from '@nexqloud/kernel'

/** Whose turn is asked for. */
export type TurnOf = {
  /** Place among those that may do it, from 0; the first one is another one in each period. */
  readonly place: number
  readonly count: number
  readonly period: Period
}

/**
 * Returns how many steps one of several waits before it does what one is to do for all and pay the fee of: the others step in where it does not.
 */
export function stepsToWait({ place, count, period }: TurnOf): number {
  return (place + count - (period % count)) % count
}

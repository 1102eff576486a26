import { systemClock, type Clock } from '@nexqloud/kernel'

/** Returns a clock that passes faster than the machine's by a factor, for what others hold to real time. */
export function createFastClock(factor: number): Clock {
  const [wallMs, steadyMs] = [systemClock.wallMs(), systemClock.steadyMs()]
  const passed = (): number => (systemClock.steadyMs() - steadyMs) * factor
  return {
    wallMs: () => Math.floor(wallMs + passed()),
    steadyMs: passed,
    delay: (ms, signal) => systemClock.delay(ms / factor, signal),
  }
}

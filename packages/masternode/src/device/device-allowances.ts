import { createAllowance, type Allowance, type Clock } from '@nexqloud/kernel'

/**
 * Statuses of pods, and facts of the machine, that a device has written: each is a write to the API. A hundred pods that start at
 * once have two at once, and the rest of what they tell within some seconds.
 */
const WRITES = { burst: 200, perSecond: 10 }

/** Returns what each device may have written, statuses and facts where nothing else is named; it does not get more by dialling anew. */
export function createDeviceAllowances(
  clock: Pick<Clock, 'steadyMs'>,
  allowed: typeof WRITES = WRITES,
): (device: string) => Allowance {
  const allowances = new Map<string, Allowance>()
  return (device) => {
    const known = allowances.get(device) ?? createAllowance(allowed, () => clock.steadyMs())
    allowances.set(device, known)
    return known
  }
}

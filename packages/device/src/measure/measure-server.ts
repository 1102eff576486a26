import { createAllowance, type Clock } from '@nexqloud/kernel'

import type { MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { DiskSparedError, MeasurementRunningError, OtherDeviceError } from './errors.ts'

/** Measures the device that it is for. */
export type MeasureServer = (request: MeasureRequest) => Promise<MeasureAnswer>

/** Rounds of writing, each a quarter of a GiB at most: four measurements with all of their rounds, and one an hour. */
const WRITING = { perSecond: 12 / 3600, burst: 48 }

/**
 * Returns what answers a masternode: for this device alone, and one piece at a time, for two at once would halve each
 * other. A masternode that asks for ever wears nobody's disk.
 *
 * It throws {@link OtherDeviceError}, {@link MeasurementRunningError}, {@link DiskSparedError}, and what `measure` throws.
 */
export function createMeasureServer(
  device: number,
  measure: MeasureServer,
  clock: Pick<Clock, 'steadyMs'>,
): MeasureServer {
  const mayWrite = createAllowance(WRITING, clock.steadyMs)
  let isRunning = false
  return async (request) => {
    if (request.device !== device) throw new OtherDeviceError(request.device, device)
    if (isRunning) throw new MeasurementRunningError()
    if (request.piece === 'storage' && !mayWrite()) throw new DiskSparedError()
    isRunning = true
    try {
      return await measure(request)
    } finally {
      isRunning = false
    }
  }
}

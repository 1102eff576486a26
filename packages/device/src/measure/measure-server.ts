import type { MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { MeasurementRunningError, OtherDeviceError } from './errors.ts'

/** Measures the device that it is for. */
export type MeasureServer = (request: MeasureRequest) => Promise<MeasureAnswer>

/**
 * Returns what answers a masternode: for this device alone, and one piece at a time, for two at once would halve each
 * other.
 *
 * It throws {@link OtherDeviceError}, {@link MeasurementRunningError}, and what `measure` throws.
 */
export function createMeasureServer(device: number, measure: MeasureServer): MeasureServer {
  let isRunning = false
  return async (request) => {
    if (request.device !== device) throw new OtherDeviceError(request.device, device)
    if (isRunning) throw new MeasurementRunningError()
    isRunning = true
    try {
      return await measure(request)
    } finally {
      isRunning = false
    }
  }
}

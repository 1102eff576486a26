import { onTestFinished } from 'vitest'

import { startMemoryDevice, type MemoryDevice, type MemoryDeviceStart } from './memory-device.ts'

/** A device and its agent, for as long as a test runs. */
export type MemoryAgent = MemoryDevice

/** Starts the agent of a device that is registered; it ends with the test. */
export function startAgent(start: MemoryDeviceStart): MemoryAgent {
  const agent = startMemoryDevice(start)
  onTestFinished(agent.stop)
  return agent
}

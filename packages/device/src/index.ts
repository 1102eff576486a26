/** The agent of a device, and the protocol that a masternode drives it by. */

export { createDrainSwitch, type DrainSwitch } from './agent/drain-switch.ts'
export { readMachineFacts } from './agent/machine-facts.ts'
export { runAgent, type AgentParts } from './agent/run-agent.ts'
export { PodKeeper, type PodKeeperParts } from './agent/pod-keeper.ts'
export type { PodListener } from './agent/pod-listener.ts'
export { createFileBookStore, createMemoryBookStore, type BookStore } from './book/book-store.ts'
export type { Book, HeldPod } from './book/book.ts'
export { AssignmentStaleError, BookUnreadableError, BookUnsavedError } from './book/errors.ts'
export { isMeasured } from './measure/check-measurement.ts'
export {
  MeasurementFailedError,
  MeasurementRunningError,
  OtherDeviceError,
} from './measure/errors.ts'
export { measureMachine } from './measure/measure-machine.ts'
export { createMeasureServer, type MeasureServer } from './measure/measure-server.ts'
export { scoreMeasurement, type MeasuredScores } from './measure/score-measurement.ts'
export {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  masternodeContract,
  type Inventory,
  type MachineFacts,
  type PodEvent,
} from './protocol/agent-protocol.ts'
export { assignedPod, type AssignedPod, type Assignment } from './protocol/assignment.ts'
export { channels, createPieceReader, encodePiece, type ChannelPiece } from './protocol/channel.ts'
export type { Measurement, MeasureRequest } from './protocol/measurement.ts'
export { instanceOf, type PodReference } from './protocol/pod-reference.ts'
export type {
  ContainerStateReport,
  ContainerStatusReport,
  PodReport,
  PodStatus,
} from './protocol/pod-status.ts'
export {
  encodeStreamTarget,
  parseStreamTarget,
  type StreamTarget,
} from './protocol/stream-target.ts'
export type { Usage } from './protocol/usage.ts'
export { readMachineLoad } from './usage/machine-load.ts'
export type { Load } from './usage/usage-meter.ts'

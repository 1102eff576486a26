/** The agent of a device, and the protocol that a masternode drives it by. */

export { createDrainSwitch, type DrainSwitch } from './agent/drain-switch.ts'
export { readMachineFacts } from './agent/machine-facts.ts'
export { runAgent, type AgentParts } from './agent/run-agent.ts'
export type { PodKeeperParts } from './agent/pod-keeper-parts.ts'
export { PodKeeper } from './agent/pod-keeper.ts'
export type { PodListener } from './agent/pod-listener.ts'
export { createFileBookStore, createMemoryBookStore, type BookStore } from './book/book-store.ts'
export type { Book, HeldPod } from './book/book.ts'
export { AssignmentStaleError, BookUnreadableError, BookUnsavedError } from './book/errors.ts'
export { openCourier, type AnswerVisit, type Courier, type Visit } from './courier/courier.ts'
export { createFileDiskBook, createMemoryDiskBook, type DiskBook } from './disk/disk-book.ts'
export type { Forgery } from './measure/check-answer.ts'
export {
  DevicePausedError,
  MeasurementFailedError,
  DiskSparedError,
  MeasurementRunningError,
  OtherDeviceError,
} from './measure/errors.ts'
export { imitatePiece } from './measure/imitate-piece.ts'
export { createLinkProbe } from './measure/link-probe.ts'
export { measurePiece } from './measure/measure-piece.ts'
export { createMeasureServer, type MeasureServer } from './measure/measure-server.ts'
export type { Findings, MeasuredScores } from './measure/score-measurement.ts'
export {
  takeMeasurement,
  type DeviceProbe,
  type MeasureOutcome,
} from './measure/take-measurement.ts'
export { createBridgeReader } from './owner/bridge-counters.ts'
export type { OwnerConditions } from './owner/conditions.ts'
export { createFileQuotaNotes } from './owner/cpu-quotas.ts'
export { holdEngine } from './owner/hold-engine.ts'
export { formatHours, localMonthOf, parseHours } from './owner/hours.ts'
export { limitsByDefault, ownerLimits, unlimited, type OwnerLimits } from './owner/limits.ts'
export { createLinuxSigns } from './owner/linux-signs.ts'
export { openTenantGroup } from './owner/open-tenant-group.ts'
export { OwnerMinder, type OwnerWishes } from './owner/owner-minder.ts'
export {
  createMemoryOwnerSigns,
  type MemoryOwnerSigns,
  type OwnerSigns,
} from './owner/owner-signs.ts'
export { createOwnerStanding, type OwnerStanding, type Standing } from './owner/owner-standing.ts'
export { reasonInWords } from './owner/reasons.ts'
export {
  createMemoryTenantGroup,
  type MemoryTenantGroup,
  type TenantGroup,
} from './owner/tenant-group.ts'
export { countVolume, volumeRecord, type BridgeCounters } from './owner/volume-meter.ts'
export {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  masternodeContract,
  type Inventory,
  type MachineFacts,
  type PodEvent,
} from './protocol/agent-protocol.ts'
export {
  assignedPod,
  type AssignedPod,
  type Assignment,
  type AssignmentAnswer,
} from './protocol/assignment.ts'
export { channels, createPieceReader, encodePiece, type ChannelPiece } from './protocol/channel.ts'
export { fitDisks, type DisksReport, type WantedDisks } from './protocol/disks.ts'
export type { MeasureAnswer, MeasureRequest } from './protocol/measurement.ts'
export type { PodAnswer, PodQuestion } from './protocol/pod-question.ts'
export type { ProbeAnswer, ProbeRequest } from './protocol/pod-probe.ts'
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
export { serveLine } from './stream/serve-line.ts'
export type { Usage } from './protocol/usage.ts'
export { readMachineLoad } from './usage/machine-load.ts'
export type { Load } from './usage/usage-meter.ts'

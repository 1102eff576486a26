/** The controllers of the masternode: what runs where, on the Kubernetes API alone. */

export type { DeviceDisks, DeviceDisksReport } from './disk/device-disks.ts'
export {
  defineDisks,
  disks,
  diskSnapshots,
  type Disk,
  type DiskAttachment,
  type DiskPhase,
  type DiskSnapshot,
} from './disk/disk.ts'
export type {
  AssignedPod,
  DeviceFacts,
  DeviceLink,
  DeviceMachine,
  DeviceSession,
  DeviceStanding,
  PlacementStanding,
  PodReport,
} from './drive/device-link.ts'
export { tokenOf } from './drive/drive-pods.ts'
export { createDriver, type Driver, type DriverOptions } from './drive/driver.ts'
export { StaleReportError } from './drive/errors.ts'
export { livenessAfter } from './drive/liveness.ts'
export { createSoleElection, type Election, type ElectionListener } from './election/election.ts'
export { ELECTION_NAMESPACE, isTask, LeaseElection } from './election/lease-election.ts'
export { Tenure } from './election/tenure.ts'
export { HEALER } from './heal/act.ts'
export { runHealer, type HealerOptions } from './heal/healer.ts'
export {
  defineInstances,
  instances,
  isFrozen,
  isHalted,
  type Freeze,
  type Instance,
  type InstanceFailure,
  type Stop,
} from './heal/instance.ts'
export { interruptionOf, type Interruption } from './heal/interruption.ts'
export { instanceKeyOf, payerOf } from './meter/instance-key.ts'
export { readLabelBook } from './meter/label-book.ts'
export type {
  KnownLease,
  MeterLedger,
  MeterView,
  RefusedClosing,
  RefusedOpening,
} from './meter/meter-ledger.ts'
export { runMeter, type MeterOptions } from './meter/meter.ts'
export type { Attest } from './meter/erasure-receipt.ts'
export type { Notice, Notify } from './meter/notice.ts'
export { readPlaced, shapeOf, type Belonging } from './meter/read-placed.ts'
export { createBoundPods, type BoundPods } from './object/bound-pods.ts'
export { limitsOf } from './object/container-limits.ts'
export { defineForSure, defineKind } from './object/define-kind.ts'
export { isConditionTrue, type Node, type Pod } from './object/object.ts'
export { createWorkQueue } from './object/work-queue.ts'
export { formatEgress, readEgress } from './object/egress.ts'
export { annotations, labels, SCHEDULER_NAME } from './object/names.ts'
export {
  instanceLogs,
  instanceRecords,
  type InstanceLog,
  type InstanceRecord,
} from './record/instance-record.ts'
export { createDeviceIndex, type DeviceIndex } from './schedule/device-index.ts'
export { findObstacle, type Obstacle } from './schedule/find-obstacle.ts'
export { runScheduler, type SchedulerOptions } from './schedule/scheduler.ts'
export type { SettlementParts } from './settle/agreement.ts'
export type {
  CommittedFile,
  Hash,
  OwedLease,
  PeriodInputs,
  PeriodRoot,
  RootState,
  Seat,
  Settled,
  SettlementFiles,
  SettlementKey,
  SettlementLedger,
  SettlementNews,
  SettlementPeers,
  SignedRoot,
} from './settle/ports.ts'
export { createSettler, type Settler, type SettlerParts } from './settle/settler.ts'
export {
  deviceStates,
  holdersOf,
  isUsable,
  viewDevices,
  type DeviceState,
  type DeviceView,
  type Holder,
} from './view/device-view.ts'
export {
  defineManagedWallets,
  managedWallets,
  WALLET_NAME,
  type ManagedWallet,
} from './wallet/managed-wallet.ts'
export {
  runWalletKeeper,
  type OpenWallet,
  type WalletKeeperOptions,
  type WalletOwner,
  type WalletVault,
} from './wallet/wallet-keeper.ts'

/** Containers on a machine that somebody else owns: the engine port, its adapters, what tenants may ask of it. */

export type {
  ContainerEngine,
  EngineInformation,
  Network,
  NetworkSpecification,
} from './container-engine.ts'
export type {
  Container,
  ContainerEvent,
  ContainerExit,
  ContainerState,
  ContainerStats,
  ContainerStatus,
  ExecRequest,
  ExecSession,
  LifeSign,
  LogRequest,
  OutputChunk,
} from './container/container.ts'
export {
  CAPABILITIES,
  type Capability,
  type ContainerId,
  type ContainerNetwork,
  type ContainerSpecification,
  type ResourceLimits,
} from './container/specification.ts'
export { openEngine, type EngineOptions } from './docker/open-engine.ts'
export {
  ContainerNotFoundError,
  ContainerRefusedError,
  ContainerStateError,
  EngineFailedError,
  EngineUnreachableError,
  EngineUnsafeError,
  NameTakenError,
  NetworkInUseError,
  NetworkNotFoundError,
  StartFailedError,
} from './errors.ts'
export { ImageNotFoundError, ImagePullError, type ImageReason } from './image/errors.ts'
export { isPublicRegistry } from './image/public-registry.ts'
export type {
  Image,
  ImageId,
  PullProgress,
  PullRequest,
  RegistryCredentials,
} from './image/image.ts'
export {
  formatImageReference,
  findImageReference,
  parseImageReference,
  type ImageReference,
} from './image/reference.ts'
export type { ContainerEgress } from './isolation/egress-rules.ts'
export { FirewallFailedError, InvalidAddressError } from './isolation/errors.ts'
export { createMemoryFirewall, type Firewall, type MemoryFirewall } from './isolation/firewall.ts'
export { createFirewallGuard } from './isolation/firewall-guard.ts'
export { guardEngine } from './isolation/guard-engine.ts'
export { readResolvers, type NetworkTable } from './isolation/network-table.ts'
export { createNftFirewall } from './isolation/nft-firewall.ts'
export { createTenantWall, type TenantWall } from './isolation/tenant-wall.ts'
export { createImageCache, type ImageCache } from './image/image-cache.ts'
export { imitateImage } from './memory/imitate-image.ts'
export { createMemoryMachine, type MemoryMachine } from './memory/memory-engine.ts'
export type { MemoryImage, MemoryProcess, MemoryProgram } from './memory/memory-image.ts'
export { PodRefusedError, type Violation } from './pod/errors.ts'
export type { PodContainer, PodProbe, PodSpec } from './pod/pod-schema.ts'
export { parsePod, type PodPolicy } from './pod/policy.ts'
export { specifyContainer, type ContainerSurroundings } from './pod/specify-container.ts'
export { specifyProbes } from './pod/specify-probes.ts'
export { createProber, type ProbeTarget } from './probe/prober.ts'
export type { Probe, ProbeHandler, ProbeKind, ProbeOutcome, Probes } from './probe/probe.ts'
export { watchHealth, type HealthReport, type Prober } from './probe/watch-health.ts'
export { terminationOf, type ExitReason, type Termination } from './restart/exit-reason.ts'
export {
  createRestartState,
  decideRestart,
  nextBackOffMs,
  type RestartDecision,
  type RestartPolicy,
  type RestartState,
} from './restart/restart-policy.ts'
export {
  SnapshotDamagedError,
  VolumeBusyError,
  VolumeFailedError,
  VolumeNameError,
  VolumeNoRoomError,
  VolumeNotFoundError,
} from './volume/errors.ts'
export { findMountObstacle } from './volume/loop-mounts.ts'
export {
  openLoopVolumes,
  unmountLoopVolumes,
  wipeLoopVolumes,
  type LoopVolumeOptions,
} from './volume/loop-volume-store.ts'
export { createMemoryVolumes, type MemoryVolumes } from './volume/memory-volume-store.ts'
export {
  type StoredSnapshot,
  type StoredVolume,
  type StoredVolumes,
  type VolumePlace,
  type VolumeStore,
} from './volume/volume-store.ts'

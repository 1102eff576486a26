/** What nodes and pods carry for us: labels, and annotations where values are no labels. */
export const labels = {
  architecture: 'kubernetes.io/arch',
  system: 'kubernetes.io/os',
  region: 'topology.kubernetes.io/region',
  area: 'topology.kubernetes.io/zone',
  tier: 'nexqloud.io/tier',
  /** Whose device it is. */
  owner: 'nexqloud.io/owner',
  /** Over whose network a device is reached. */
  isp: 'nexqloud.io/isp',
  /** `true` where disks can be on a device. */
  disks: 'nexqloud.io/disks',
  /** Pods that carry the same value are replicas of one another. */
  group: 'nexqloud.io/group',
} as const

/** The taint of a node whose device's owner wants it to be empty. */
export const DRAINING = 'nexqloud.io/draining'

/** A node's condition that says why its device gives less than it could; it is there while that is so. */
export const HELD_BACK = 'HeldBackByOwner'

/** The condition of a node whose device cannot write down what it is to run, and its taint; both are Kubernetes' own. */
export const DISK_FULL = 'DiskPressure'
export const DISK_PRESSURE = 'node.kubernetes.io/disk-pressure'

/** The condition of a node whose device has a clock that is wrong. */
export const CLOCK_OFF = 'ClockOff'

/** Annotations of nodes and pods. */
export const annotations = {
  price: 'nexqloud.io/price-micro-usd-per-hour',
  latency: 'nexqloud.io/latency-ms',
  risk: 'nexqloud.io/risk-bps',
  /** On nodes: which masternode drives the device. */
  driver: 'nexqloud.io/driver',
  /** On nodes: which instances failed there, as JSON. */
  failing: 'nexqloud.io/failing',
  /** On nodes: when the device came back lately after it was lost, as JSON. */
  losses: 'nexqloud.io/losses',
  /** On pods: where they failed, as JSON. */
  failures: 'nexqloud.io/failures',
  /** On pods: `true` where disks appear in their containers, also while these run. */
  takesDisks: 'nexqloud.io/takes-disks',
  /** On pods: the number of the reboot of their containers that was asked for last. */
  reboots: 'nexqloud.io/reboots',
  /** On pods: which assignment of a pod of this name it is. */
  fencingToken: 'nexqloud.io/fencing-token',
  /** On pods: where they may send what nobody has asked them for, as JSON. */
  egress: 'nexqloud.io/egress',
  /** On pods: how many seconds ahead it is to be told before its device is emptied, two and a half minutes at most. */
  noticeSeconds: 'nexqloud.io/notice-seconds',
  /** On namespaces: the account on the chain that pays for what runs in it, 20 bytes of hex. */
  account: 'nexqloud.io/account',
  /** On namespaces: where notices for whoever pays are sent, `https://` and public. */
  webhook: 'nexqloud.io/webhook',
  /** On namespaces: when the last grace of their account began, until when that can pay, and which threshold of its runway was told last. */
  graceSince: 'nexqloud.io/grace-since',
  paidUntil: 'nexqloud.io/paid-until',
  runwayTold: 'nexqloud.io/runway-told-seconds',
  /** Of which account these are: the namespace may be paid for by another one since. */
  notedFor: 'nexqloud.io/noted-for',
} as const

/** The scheduler that pods ask for by `spec.schedulerName`. */
export const SCHEDULER_NAME = 'nexqloud'

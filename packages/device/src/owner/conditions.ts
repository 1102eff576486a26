/** How the machine is for its owner. What it does not tell is undefined, and then limits nothing. */
export type OwnerConditions = {
  /** Of all CPUs, what processes other than the tenants' and ours took over the last second. */
  readonly othersCpuPercent?: number | undefined
  /** How long ago somebody typed at a terminal or a built-in keyboard. */
  readonly sinceInputMs?: number | undefined
  /** Of the battery that the machine runs on; undefined while it is plugged in. */
  readonly batteryPercent?: number | undefined
  /** Of the hottest place that is measured. */
  readonly celsius?: number | undefined
  /** On the disk that containers are on. */
  readonly freeDiskBytes?: number | undefined
  /** Of all tenants together. */
  readonly memoryBytes?: number | undefined
  /** In and out, in this month. */
  readonly volumeBytes?: number | undefined
}

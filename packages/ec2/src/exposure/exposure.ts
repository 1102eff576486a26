import type { Passage } from '@nexqloud/kernel'

/** Where an instance is reached from the internet, and by whom. */
export type InstanceExposure = {
  /** Its public address; nothing where it has none. */
  readonly publicAddress: string | undefined
  readonly privateAddress: string | undefined
  /** The public name that leads to its address; nothing where it has none. */
  readonly publicName: string | undefined
  /** The TCP ports that are listened on for it. */
  readonly ports: readonly number[]
  /** What its groups let in. */
  readonly ingress: readonly Passage[]
}

/** What a probe is for, in Kubernetes' words. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness'

/** What a probe does. */
export type ProbeHandler =
  | {
      readonly type: 'http'
      readonly scheme: 'http' | 'https'
      readonly port: number
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly type: 'tcp'; readonly port: number }
  | { readonly type: 'exec'; readonly command: readonly string[] }

/** A probe of a container. */
export type Probe = {
  readonly handler: ProbeHandler
  readonly initialDelayMs: number
  readonly periodMs: number
  readonly timeoutMs: number
  /** So many in a row change the result to success. */
  readonly successThreshold: number
  /** So many in a row change the result to failure. */
  readonly failureThreshold: number
}

/** The probes of a container. */
export type Probes = Readonly<Partial<Record<ProbeKind, Probe>>>

/** How one attempt ended. */
export type ProbeOutcome = {
  readonly passed: boolean
  /** What was seen: `HTTP status 503`. */
  readonly message: string
}

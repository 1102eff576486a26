import { BaseError } from '@nexqloud/kernel'

/** Nobody answered. */
export class ApiUnreachableError extends BaseError {
  readonly server: string

  constructor(server: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`The Kubernetes API at ${server} does not answer: ${why}.`, {
      code: 'KUBE_API_UNREACHABLE',
      kind: 'unavailable',
      hint: 'Look whether it runs, and whether the kubeconfig names it.',
      cause,
    })
    this.server = server
  }
}

/** A text is no kubeconfig, or its context names no server. */
export class InvalidKubeconfigError extends BaseError {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '; its current context has none'
    super(`The kubeconfig does not name a server${why}.`, {
      code: 'KUBE_KUBECONFIG_INVALID',
      kind: 'invalid',
      hint: 'Look into it with: kubectl config view --kubeconfig FILE.',
      cause,
    })
  }
}

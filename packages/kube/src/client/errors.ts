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

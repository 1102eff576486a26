import { BaseError } from '@nexqloud/kernel'

/** Devices are shown to operators alone. */
export class FleetHiddenError extends BaseError {
  constructor() {
    super('This account does not see the devices: it sees its own instances.', {
      code: 'FLEET_HIDDEN',
      kind: 'unauthorized',
      hint: 'nexqloud status and nexqloud why NAME tell of your instances; the kubeconfig that nexqloud up wrote shows devices.',
    })
  }
}

/** Nothing is called so. */
export class UnknownNameError extends BaseError {
  constructor(name: string, { namespace, known }: { namespace: string; known: readonly string[] }) {
    super(
      `There is no instance ${name} in the namespace ${namespace}, and no device of this name.`,
      {
        code: 'FLEET_NAME_UNKNOWN',
        kind: 'notFound',
        hint:
          known.length === 0
            ? 'There are no instances; nexqloud device list names the devices.'
            : `There are the instances ${known.join(', ')}; nexqloud device list names the devices.`,
      },
    )
  }
}

/** A name may be that of a device which only the chain knows, and that does not tell. */
export class NameUnreadableError extends BaseError {
  constructor(name: string, problem: string) {
    super(
      `The masternode knows nothing called ${name}, and the chain could not be asked: ${problem}`,
      {
        code: 'FLEET_NAME_UNREADABLE',
        kind: 'unavailable',
        hint: 'Ask again once nexqloud status says that the chain answers, or name its node with --rpc.',
      },
    )
  }
}

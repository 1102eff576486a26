import { BaseError } from '@nexqloud/kernel'

/** Nobody says where the Kubernetes API is. */
export class MasternodeStoppedError extends BaseError {
  constructor(folder: string) {
    super(`No masternode runs from the data folder ${folder}.`, {
      code: 'CLI_MASTERNODE_STOPPED',
      kind: 'unavailable',
      hint: 'Start a network with: nexqloud up. Or name another data folder with --data, or a Kubernetes with --kubeconfig FILE.',
    })
  }
}

/** The API has never heard of instances. */
export class InstancesUnknownError extends BaseError {
  constructor(cause: unknown) {
    super('This Kubernetes does not know what an instance is.', {
      code: 'INSTANCE_KIND_UNKNOWN',
      kind: 'unavailable',
      hint: 'Let a masternode work on it first: nexqloud masternode --kubeconfig FILE.',
      cause,
    })
  }
}

/** Instances that are named are not there. */
export class InstanceAbsentError extends BaseError {
  readonly absent: readonly string[]

  constructor(
    absent: readonly string[],
    { namespace, known }: { readonly namespace: string; readonly known: readonly string[] },
  ) {
    super(`There is no instance ${absent.join(', ')} in the namespace ${namespace}.`, {
      code: 'INSTANCE_ABSENT',
      kind: 'notFound',
      hint:
        known.length === 0
          ? 'There is none at all: nexqloud run IMAGE launches one.'
          : `There are: ${known.join(', ')}.`,
    })
    this.absent = absent
  }
}

/** The name is another instance's. */
export class InstanceNameTakenError extends BaseError {
  constructor(name: string) {
    super(`There is an instance ${name} already.`, {
      code: 'INSTANCE_NAME_TAKEN',
      kind: 'conflict',
      hint: `Choose another name with --name, or remove it first: nexqloud rm ${name}.`,
    })
  }
}

/** What is wrong with a request: all of it, by the option's name. */
export class InvalidRequestError extends BaseError {
  readonly problems: readonly string[]

  constructor(problems: readonly string[], command: string) {
    super(problems.join('\n'), {
      code: 'INSTANCE_REQUEST_INVALID',
      kind: 'invalid',
      hint: `Nothing was sent. See nexqloud ${command} --help.`,
    })
    this.problems = problems
  }
}

/** No device has room for it now. */
export class NoRoomError extends BaseError {
  constructor(name: string, why: string, held?: string) {
    super(`${name} was not launched: ${why}.${held === undefined ? '' : ` ${held}`}`, {
      code: 'INSTANCE_NO_ROOM',
      kind: 'unavailable',
      hint: 'Nothing was made. Ask for less with --cpu and --memory or a smaller --type, or try again once a device has room.',
    })
  }
}

/** An instance does not run, for a reason that does not pass by waiting. */
export class InstanceFailedError extends BaseError {
  readonly reason: string

  constructor(name: string, trouble: { reason: string; message: string; hint: string }) {
    super(`${name} does not run. ${trouble.reason}: ${trouble.message}`, {
      code: 'INSTANCE_FAILED',
      kind: 'unavailable',
      hint: `${trouble.hint} nexqloud describe ${name} tells more, nexqloud rm ${name} takes it away.`,
    })
    this.reason = trouble.reason
  }
}

/** An instance does not run yet, for a reason that may pass. */
export class InstanceStuckError extends BaseError {
  constructor(name: string, trouble: { reason: string; message: string; hint: string }) {
    super(`${name} does not run yet. ${trouble.reason}: ${trouble.message}`, {
      code: 'INSTANCE_STUCK',
      kind: 'unavailable',
      hint: `${trouble.hint} It is tried on: nexqloud ps shows how far it is, nexqloud rm ${name} takes it away; --no-wait does not wait for it.`,
    })
  }
}

/** What was waited for did not come in time. */
export class WaitedTooLongError extends BaseError {
  constructor(name: string, { seconds, why }: { readonly seconds: number; readonly why: string }) {
    super(`${name} is not there after ${seconds} s: ${why}`, {
      code: 'INSTANCE_WAIT_TIMEOUT',
      kind: 'unavailable',
      hint: `It goes on by itself; nexqloud ps shows how far it is, --timeout waits longer.`,
    })
  }
}

/** There is no container whose log could be read, or in which a command could run. */
export class NotRunningError extends BaseError {
  constructor(name: string, { status, why }: { readonly status: string; readonly why: string }) {
    super(`${name} has no container now; its status is ${status}${why === '' ? '' : `: ${why}`}`, {
      code: 'INSTANCE_NOT_RUNNING',
      kind: 'conflict',
      hint: `nexqloud describe ${name} tells why; nexqloud start ${name} starts one that was stopped. A log is kept as long as its container.`,
    })
  }
}

/** Nobody is there to be asked whether what runs may go. */
export class UnconfirmedError extends BaseError {
  constructor(names: readonly string[]) {
    super(`Not removed: ${names.join(', ')} would lose what runs.`, {
      code: 'INSTANCE_UNCONFIRMED',
      kind: 'invalid',
      hint: 'Say --yes to remove what runs.',
    })
  }
}

/** Some of many do not run yet. */
export class SomeWaitError extends BaseError {
  constructor(
    group: string,
    { left, seconds }: { readonly left: number; readonly seconds: number },
  ) {
    super(`${left} of ${group} are not there after ${seconds} s.`, {
      code: 'INSTANCE_WAIT_TIMEOUT',
      kind: 'unavailable',
      hint: 'They go on by themselves; nexqloud ps shows how far they are and why, --timeout waits longer.',
    })
  }
}

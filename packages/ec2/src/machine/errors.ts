import { BaseError } from '@nexqloud/kernel'

/** User data that is a script could not be started in a container. */
export class ScriptNotStartedError extends BaseError {
  constructor(instance: string, code: number, said: string) {
    const why = said.trim().slice(0, 300)
    super(`The user data of ${instance} was not started: exit code ${code}. ${why}`.trim(), {
      code: 'EC2_SCRIPT_NOT_STARTED',
      kind: 'unavailable',
      hint: 'An image that is to run user data has /bin/sh, and a file system that can be written to.',
    })
  }
}

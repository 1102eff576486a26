import type * as EC2 from '@aws-sdk/client-ec2'

import type { LaunchTemplateSpec } from '../../resource/kinds.ts'
import { findVersion, withoutVersions } from './versions.ts'

/** What was deleted of a template, and what was not. */
export type Deleted = {
  readonly left: LaunchTemplateSpec
  readonly successes: readonly EC2.DeleteLaunchTemplateVersionsResponseSuccessItem[]
  readonly failures: readonly EC2.DeleteLaunchTemplateVersionsResponseErrorItem[]
}

/** Deletes versions of a template, those that can be: the default one stays. */
export function deleteVersions(spec: LaunchTemplateSpec, asked: readonly string[]): Deleted {
  const { LaunchTemplateId, LaunchTemplateName, DefaultVersionNumber } = spec
  const name = { LaunchTemplateId, LaunchTemplateName }
  const fail = (said: string, Code: EC2.LaunchTemplateErrorCode, Message: string) => ({
    ...name,
    ...(/^\d{1,9}$/.test(said) && { VersionNumber: Number(said) }),
    ResponseError: { Code, Message },
  })
  const failures: EC2.DeleteLaunchTemplateVersionsResponseErrorItem[] = []
  const numbers = new Set<number>()
  for (const said of asked) {
    const number = findVersion(spec, said)?.VersionNumber
    if (number === undefined) {
      const message = `The specified launch template version, ${said.slice(0, 20)}, does not exist.`
      failures.push(fail(said, 'launchTemplateVersionDoesNotExist', message))
    } else if (number === DefaultVersionNumber) {
      failures.push(fail(said, 'unexpectedError', 'The default version cannot be deleted.'))
    } else {
      numbers.add(number)
    }
  }
  return {
    left: withoutVersions(spec, [...numbers]),
    successes: [...numbers].map((VersionNumber) => ({ ...name, VersionNumber })),
    failures,
  }
}

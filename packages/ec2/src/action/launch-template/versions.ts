import type { LaunchTemplateSpec } from '../../resource/kinds.ts'

/** What a template says in one of its versions. */
export type Version = LaunchTemplateSpec['Versions'][number]

/** What a launch may be asked. */
export type TemplateData = NonNullable<Version['LaunchTemplateData']>

/** Returns the version that is meant by a number, `$Latest` or `$Default`; nothing where there is none. */
export function findVersion(spec: LaunchTemplateSpec, said: string): Version | undefined {
  const number = numberOf(spec, said)
  return spec.Versions.find(({ VersionNumber }) => VersionNumber === number)
}

function numberOf(spec: LaunchTemplateSpec, said: string): number | undefined {
  if (said === '$Latest') return spec.LatestVersionNumber
  if (said === '$Default') return spec.DefaultVersionNumber
  return /^[1-9]\d{0,8}$/.test(said) ? Number(said) : undefined
}

/** Returns a template with another version in it. Numbers are given once, whatever is deleted. */
export function withVersion(
  spec: LaunchTemplateSpec,
  version: Omit<Version, 'VersionNumber' | 'DefaultVersion'>,
): LaunchTemplateSpec {
  const number = spec.NextVersionNumber
  const added: Version = { ...version, VersionNumber: number }
  const Versions = [...spec.Versions, added]
  return { ...spec, Versions, LatestVersionNumber: number, NextVersionNumber: number + 1 }
}

/** Returns a template without some of its versions. */
export function withoutVersions(
  spec: LaunchTemplateSpec,
  numbers: readonly number[],
): LaunchTemplateSpec {
  const Versions = spec.Versions.filter(({ VersionNumber = 0 }) => !numbers.includes(VersionNumber))
  const left = Versions.map(({ VersionNumber = 0 }) => VersionNumber)
  return { ...spec, Versions, LatestVersionNumber: Math.max(...left) }
}

/** Returns what EC2 tells of a version. */
export function describeVersion(spec: LaunchTemplateSpec, version: Version): Version {
  const { LaunchTemplateId, LaunchTemplateName, DefaultVersionNumber } = spec
  return {
    ...version,
    LaunchTemplateId,
    LaunchTemplateName,
    DefaultVersion: version.VersionNumber === DefaultVersionNumber,
  }
}

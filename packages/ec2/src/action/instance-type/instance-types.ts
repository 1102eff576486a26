import type { InstanceType } from '@nexqloud/rules'
import { instanceTypes } from '@nexqloud/rules'

/**
 * Names that people have in their scripts, and which of our sizes they get: never less memory than the name says. Source: aws.amazon.com/ec2/instance-types and
 * "previous generation instances".
 */
const aliases: Readonly<Record<string, string>> = {
  't1.micro': 't3.micro',
  't2.nano': 't3.nano',
  't2.micro': 't3.micro',
  't2.small': 't3.small',
  't2.medium': 't3.medium',
  't2.large': 't3.large',
  't2.xlarge': 't3.xlarge',
  't2.2xlarge': 't3.2xlarge',
  't3a.nano': 't3.nano',
  't3a.micro': 't3.micro',
  't3a.small': 't3.small',
  't3a.medium': 't3.medium',
  't3a.large': 't3.large',
  't3a.xlarge': 't3.xlarge',
  't3a.2xlarge': 't3.2xlarge',
  't4g.nano': 't3.nano',
  't4g.micro': 't3.micro',
  't4g.small': 't3.small',
  't4g.medium': 't3.medium',
  't4g.large': 't3.large',
  't4g.xlarge': 't3.xlarge',
  't4g.2xlarge': 't3.2xlarge',
  'm1.small': 't3.small',
  'm1.medium': 't3.medium',
  'm3.medium': 't3.medium',
  'm3.large': 'm5.large',
  'm4.large': 'm5.large',
  'm4.xlarge': 'm5.xlarge',
  'm4.2xlarge': 'm5.2xlarge',
  'm6i.large': 'm5.large',
  'm6i.xlarge': 'm5.xlarge',
  'm6i.2xlarge': 'm5.2xlarge',
  'c4.large': 'c5.large',
  'c4.xlarge': 'c5.xlarge',
  'c4.2xlarge': 'c5.2xlarge',
  'c6i.large': 'c5.large',
  'c6i.xlarge': 'c5.xlarge',
  'c6i.2xlarge': 'c5.2xlarge',
}

/** A size under a name that may be asked for. */
export type NamedType = InstanceType & {
  /** What it is called where it was asked for. */
  readonly alias: string
}

/** All names that may be asked for, with what they get. */
export const namedTypes: ReadonlyMap<string, NamedType> = new Map(
  [
    ...[...instanceTypes.values()].map((type) => ({ ...type, alias: type.name })),
    ...Object.entries(aliases).flatMap(([alias, name]) => {
      const type = instanceTypes.get(name)
      return type === undefined ? [] : [{ ...type, alias }]
    }),
  ].map((type) => [type.alias, type]),
)

/** Returns how many processors an instance is told to have. */
export function vcpusOf({ cpuMilli }: Pick<NamedType, 'cpuMilli'>): number {
  return Math.ceil(cpuMilli / 1000)
}

/** What an instance gets where nobody says it. */
export const USUAL_TYPE = 'm1.small'

/** Whether a family may use more than is set aside for it. */
export function isBurstable({ alias }: Pick<NamedType, 'alias'>): boolean {
  return /^t[234]/.test(alias)
}

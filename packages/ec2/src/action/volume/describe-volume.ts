import type * as EC2 from '@aws-sdk/client-ec2'

import type { VolumeSpec } from '../../resource/kinds.ts'
import type { Loose } from '../sdk-action.ts'

/** A volume is in use as long as it is attached. */
export function stateOf({
  Attachments = [],
}: Pick<VolumeSpec, 'Attachments'>): 'available' | 'in-use' {
  return Attachments.length > 0 ? 'in-use' : 'available'
}

/**
 * What nobody would guess of a volume who knows EBS's, which are kept several times: told with it, as a tag that nobody else can set and Terraform
 * leaves alone.
 */
const durability: EC2.Tag = {
  Key: 'aws:nexqloud:durability',
  Value: 'on one device, without a copy: it is lost with that device',
}

/** Returns what DescribeVolumes tells of a volume. */
export function describeVolume(volume: VolumeSpec): Loose<EC2.Volume> {
  const { Modification: _, ...spec } = volume
  return { ...spec, State: stateOf(spec), Tags: [...(spec.Tags ?? []), durability] }
}

/** Returns what DescribeVolumeStatus tells of a volume. */
export function describeStatus({
  VolumeId,
  AvailabilityZone,
  AvailabilityZoneId,
}: VolumeSpec): Loose<EC2.VolumeStatusItem> {
  return {
    VolumeId,
    AvailabilityZone,
    AvailabilityZoneId,
    Actions: [],
    Events: [],
    VolumeStatus: {
      Status: 'ok',
      Details: [
        { Name: 'io-enabled', Status: 'passed' },
        { Name: 'io-performance', Status: 'not-applicable' },
      ],
    },
  }
}

import type * as EC2 from '@aws-sdk/client-ec2'

import type { VolumeSpec } from '../../resource/kinds.ts'
import { folderOf } from '../../volume/disk-object.ts'
import type { Loose } from '../sdk-action.ts'
import type { SeenVolume } from './seen-volume.ts'

/**
 * What nobody would guess of a volume who knows EBS's, which are kept several times: told with it, as a tag that nobody else can set and Terraform
 * leaves alone.
 */
const durability: EC2.Tag = {
  Key: 'aws:nexqloud:durability',
  Value: 'on one device, without a copy: it is lost with that device',
}

/** Returns what DescribeVolumes tells of a volume: also where its files are in a container, and what is wrong, for which EC2 has no fields. */
export function describeVolume(volume: SeenVolume): Loose<EC2.Volume> {
  const { Modification: _, HasDisk, Trouble, ...spec } = volume
  const [attachment] = spec.Attachments ?? []
  const folder = HasDisk && attachment && `/mnt/${folderOf(attachment.Device ?? '')}`
  const told = { 'aws:nexqloud:folder': folder, 'aws:nexqloud:trouble': Trouble?.slice(0, 256) }
  const more = Object.entries(told).flatMap(([Key, Value]) => (Value ? [{ Key, Value }] : []))
  return { ...spec, Tags: [...(spec.Tags ?? []), durability, ...more] }
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

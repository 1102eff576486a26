import { createHash } from 'node:crypto'

import type { ImageSpec, SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { CatalogueImage } from './image-source.ts'

/** Returns an image of the catalogue as if it was an account's. */
export function imageOfCatalogue(image: CatalogueImage): Resource<ImageSpec> {
  const { id, owner, createdAt } = image
  return {
    id,
    order: createdAt,
    uid: '',
    resourceVersion: '',
    spec: {
      ...commonFields,
      ImageId: id,
      Name: image.name,
      Description: image.description,
      Architecture: image.architecture,
      CreationDate: createdAt,
      ImageLocation: `${owner.alias ?? owner.id}/${image.name}`,
      OwnerId: owner.id,
      ...(owner.alias !== undefined && { ImageOwnerAlias: owner.alias }),
      RootDeviceName: image.rootDeviceName,
      BlockDeviceMappings: [
        {
          DeviceName: image.rootDeviceName,
          Ebs: {
            SnapshotId: snapshotIdOf(image),
            VolumeSize: image.rootGib,
            VolumeType: image.rootVolumeType,
            DeleteOnTermination: true,
            Encrypted: false,
          },
        },
      ],
      Reference: image.reference,
      LaunchPermissions: [{ Group: 'all' }],
    },
  }
}

/** Returns the snapshot that the root of an image of the catalogue is made of. */
export function snapshotOfCatalogue(image: CatalogueImage): Resource<SnapshotSpec> {
  const { id: imageId, owner, createdAt } = image
  const id = snapshotIdOf(image)
  return {
    id,
    order: createdAt,
    uid: '',
    resourceVersion: '',
    spec: {
      SnapshotId: id,
      VolumeId: 'vol-ffffffff',
      Description: `Auto-created snapshot for AMI ${imageId}`,
      Encrypted: false,
      OwnerId: owner.id,
      ...(owner.alias !== undefined && { OwnerAlias: owner.alias }),
      Progress: '100%',
      StartTime: createdAt,
      State: 'completed',
      StorageTier: 'standard',
      VolumeSize: image.rootGib,
    },
  }
}

/** What EC2 says of every image that runs Linux; what it is here, is a container. */
export const commonFields = {
  ImageType: 'machine',
  State: 'available',
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  EnaSupport: true,
  Hypervisor: 'xen',
  VirtualizationType: 'hvm',
  RootDeviceType: 'ebs',
} as const satisfies Partial<ImageSpec>

function snapshotIdOf({ id }: CatalogueImage): string {
  return `snap-0${createHash('sha256').update(id).digest('hex').slice(0, 16)}`
}

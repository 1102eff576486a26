import { createHash } from 'node:crypto'

import type { CatalogueImage, ImageSource } from '../../src/action/image/image-source.ts'

/** Ids that suites which were not written here launch. */
const ids = ['ami-12c6146b', 'ami-03cf127a', 'ami-fa7cdd89', 'ami-f4cf1d8d']

const catalogue = ids.map((id, index): CatalogueImage => ({
  id,
  name: `debian-${index}`,
  description: 'Debian, as a container',
  reference: nameByDigest('docker.io/library/debian', id),
  architecture: 'x86_64',
  createdAt: `2026-01-0${index + 1}T00:00:00.000Z`,
  owner: index === 0 ? { id: '099720109477' } : { id: '801119661308', alias: 'amazon' },
  rootDeviceName: '/dev/sda1',
  rootGib: 8,
  rootVolumeType: 'standard',
}))

/** The one that public parameters name. */
const aliased: CatalogueImage = {
  id: 'ami-0a1b2c3d4e5f60718',
  name: 'al2023-ami-kernel-6.1-x86_64',
  description: 'Amazon Linux 2023, as a container',
  reference: nameByDigest('public.ecr.aws/amazonlinux/amazonlinux', '2023'),
  architecture: 'x86_64',
  createdAt: '2026-01-05T00:00:00.000Z',
  owner: { id: '137112412989', alias: 'amazon' },
  rootDeviceName: '/dev/xvda',
  rootGib: 8,
  rootVolumeType: 'standard',
}

/** A catalogue, and a registry that has an image for each name but those that begin with `none/`. */
export const labImages: ImageSource = {
  catalogue: [...catalogue, aliased],
  resolve: async (name) =>
    name.startsWith('none/') ? undefined : { reference: referenceOf(name), architecture: 'x86_64' },
}

function referenceOf(name: string): string {
  return name.includes('@') ? name : nameByDigest(name.replace(/:.*/, ''), name)
}

/** Ten builds of a distribution, which moto's cases look for. */
const builds = Array.from({ length: 10 }, (_, index): CatalogueImage => {
  const build = `2018.03.0.2021072${index}.0`
  return {
    id: `ami-0${String(index).padStart(16, '0')}`,
    name: `amzn-ami-hvm-${build}-x86_64-ebs`,
    description: `Amazon Linux AMI ${build} x86_64 VPC HVM ebs`,
    reference: nameByDigest('public.ecr.aws/amazonlinux/amazonlinux', build),
    architecture: 'x86_64',
    createdAt: `2021-07-2${index}T00:00:00.000Z`,
    owner: { id: '137112412989', alias: 'amazon' },
    rootDeviceName: '/dev/xvda',
    rootGib: 8,
    rootVolumeType: 'standard',
  }
})

/** With what moto's cases look for besides. */
export const motoImages: ImageSource = {
  ...labImages,
  catalogue: [...labImages.catalogue, ...builds],
}

function nameByDigest(repository: string, content: string): string {
  return `${repository}@sha256:${createHash('sha256').update(content).digest('hex')}`
}

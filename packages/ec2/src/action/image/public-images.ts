import { createHash } from 'node:crypto'

import type { CatalogueImage } from './image-source.ts'

type Distribution = Pick<CatalogueImage, 'name' | 'description' | 'reference' | 'createdAt'> & {
  readonly owner: CatalogueImage['owner']
}

/** Source: AWS's, Canonical's and Debian's own documents say their accounts. */
const amazon = { id: '137112412989', alias: 'amazon' }
const canonical = { id: '099720109477' }
const debian = { id: '136693071363' }

const distributions: readonly Distribution[] = [
  of('al2023-ami-kernel-6.1-x86_64', 'Amazon Linux 2023', {
    reference: 'public.ecr.aws/amazonlinux/amazonlinux:2023',
    createdAt: '2023-03-15T00:00:00.000Z',
    owner: amazon,
  }),
  of('amzn2-ami-hvm-x86_64', 'Amazon Linux 2', {
    reference: 'public.ecr.aws/amazonlinux/amazonlinux:2',
    createdAt: '2018-06-25T00:00:00.000Z',
    owner: amazon,
  }),
  of('ubuntu-24.04-amd64', 'Ubuntu 24.04', {
    reference: 'docker.io/library/ubuntu:24.04',
    createdAt: '2024-04-25T00:00:00.000Z',
    owner: canonical,
  }),
  of('ubuntu-22.04-amd64', 'Ubuntu 22.04', {
    reference: 'docker.io/library/ubuntu:22.04',
    createdAt: '2022-04-21T00:00:00.000Z',
    owner: canonical,
  }),
  of('ubuntu-20.04-amd64', 'Ubuntu 20.04', {
    reference: 'docker.io/library/ubuntu:20.04',
    createdAt: '2020-04-23T00:00:00.000Z',
    owner: canonical,
  }),
  of('debian-13-amd64', 'Debian 13', {
    reference: 'docker.io/library/debian:13',
    createdAt: '2025-08-09T00:00:00.000Z',
    owner: debian,
  }),
  of('debian-12-amd64', 'Debian 12', {
    reference: 'docker.io/library/debian:12',
    createdAt: '2023-06-10T00:00:00.000Z',
    owner: debian,
  }),
  of('debian-11-amd64', 'Debian 11', {
    reference: 'docker.io/library/debian:11',
    createdAt: '2021-08-14T00:00:00.000Z',
    owner: debian,
  }),
]

/** The images that everybody may launch on every network; their tags are looked up at each launch. */
export const publicImages: readonly CatalogueImage[] = distributions.map((one) => ({
  ...one,
  id: `ami-0${createHash('sha256').update(one.name).digest('hex').slice(0, 16)}`,
  architecture: 'x86_64',
  rootDeviceName: '/dev/xvda',
  rootGib: 8,
  rootVolumeType: 'gp3',
}))

function of(
  name: string,
  title: string,
  own: Omit<Distribution, 'name' | 'description'>,
): Distribution {
  return { name, description: `${title}, as a container`, ...own }
}

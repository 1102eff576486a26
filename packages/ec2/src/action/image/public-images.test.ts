import { expect, test } from 'vitest'

import { imageOfAlias } from '../../neighbour/ssm/aliases.ts'
import { publicImages } from './public-images.ts'

test.each([
  '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2',
  '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
  '/aws/service/canonical/ubuntu/server/jammy/stable/current/amd64/hvm/ebs-gp2/ami-id',
  '/aws/service/canonical/ubuntu/server/20.04/stable/current/amd64/hvm/ebs-gp2/ami-id',
  '/aws/service/debian/release/13/latest/amd64',
  '/aws/service/debian/release/12/latest/amd64',
  '/aws/service/debian/release/11/latest/amd64',
])('the public parameter %s names an image that there is', (parameter) => {
  const name = imageOfAlias(parameter)
  expect(publicImages.map((image) => image.name)).toContain(name)
})

test('each has an id of its own, which stays', () => {
  expect(publicImages.map(({ id, name }) => `${id} ${name}`)).toMatchInlineSnapshot(`
    [
      "ami-01c5e890ad8e5e18d al2023-ami-kernel-6.1-x86_64",
      "ami-09c0090cc05618705 amzn2-ami-hvm-x86_64",
      "ami-07f782faa6586c438 ubuntu-24.04-amd64",
      "ami-0bf51a3f644629e2b ubuntu-22.04-amd64",
      "ami-07871aa9dd68d2f06 ubuntu-20.04-amd64",
      "ami-0561879a18eabf74d debian-13-amd64",
      "ami-0618148d8fc818e07 debian-12-amd64",
      "ami-065f6174b29f8dc7f debian-11-amd64",
    ]
  `)
  expect(new Set(publicImages.map(({ id }) => id)).size).toBe(publicImages.length)
})

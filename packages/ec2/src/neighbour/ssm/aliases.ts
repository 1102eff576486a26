/** Public parameters that scripts read images' ids from, and the name of the image in the catalogue. Source: AWS's, Canonical's and Debian's own documents. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/aws/service/ami-amazon-linux-latest/': {
    'al2023-ami-kernel-default-x86_64': 'al2023-ami-kernel-6.1-x86_64',
    'al2023-ami-kernel-6.1-x86_64': 'al2023-ami-kernel-6.1-x86_64',
    'al2023-ami-minimal-kernel-default-x86_64': 'al2023-ami-kernel-6.1-x86_64',
    'al2023-ami-minimal-kernel-6.1-x86_64': 'al2023-ami-kernel-6.1-x86_64',
    'amzn2-ami-hvm-x86_64-gp2': 'amzn2-ami-hvm-x86_64',
    'amzn2-ami-hvm-x86_64-ebs': 'amzn2-ami-hvm-x86_64',
    'amzn2-ami-kernel-5.10-hvm-x86_64-gp2': 'amzn2-ami-hvm-x86_64',
  },
  '/aws/service/canonical/ubuntu/server/': {
    '24.04/stable/current/amd64/hvm/ebs-gp3/ami-id': 'ubuntu-24.04-amd64',
    '22.04/stable/current/amd64/hvm/ebs-gp2/ami-id': 'ubuntu-22.04-amd64',
    '20.04/stable/current/amd64/hvm/ebs-gp2/ami-id': 'ubuntu-20.04-amd64',
    'noble/stable/current/amd64/hvm/ebs-gp3/ami-id': 'ubuntu-24.04-amd64',
    'jammy/stable/current/amd64/hvm/ebs-gp2/ami-id': 'ubuntu-22.04-amd64',
    'focal/stable/current/amd64/hvm/ebs-gp2/ami-id': 'ubuntu-20.04-amd64',
  },
  '/aws/service/debian/release/': {
    '13/latest/amd64': 'debian-13-amd64',
    '12/latest/amd64': 'debian-12-amd64',
    '11/latest/amd64': 'debian-11-amd64',
  },
}

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(table).flatMap(([path, own]) =>
    Object.entries(own).map(([name, image]) => [`${path}${name}`, image] as const),
  ),
)

/** Returns the name of the image that a parameter stands for; nothing where it is none of those. */
export function imageOfAlias(parameter: string): string | undefined {
  return names.get(parameter)
}

/** Returns the name by which an address is known inside its VPC. Source: EC2's user guide, instance hostname types. */
export function privateNameOf(address: string, region: string): string {
  const suffix = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  return `ip-${address.replaceAll('.', '-')}.${suffix}`
}

/** Returns the name by which a public address is known. */
export function publicNameOf(
  address: string,
  { region, domain }: { readonly region: string; readonly domain: string },
): string {
  return `ec2-${address.replaceAll('.', '-')}.${region}.${domain}`
}

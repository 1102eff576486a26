import type { Region } from '@nexqloud/ec2'

/** Returns a region that is one failure domain so far: its zone is called as AWS calls the first of a region. */
export function regionOf(name: string): Region {
  return { name, zones: [{ name: `${name}a`, id: `${shortNameOf(name)}-az1` }] }
}

/** `us-east-1` is `use1`. */
function shortNameOf(name: string): string {
  const [first = '', ...rest] = name.split('-')
  return `${first}${rest.map((part) => (/^\d+$/.test(part) ? part : part.charAt(0))).join('')}`
}

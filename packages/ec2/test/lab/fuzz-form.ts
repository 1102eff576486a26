import type { Element, Member, StructureShape } from '../../src/model/shape.ts'

/** Parameters of a form. */
export type Form = readonly (readonly [name: string, value: string])[]

/** What is tried where a text is asked for, beside ids that there are. */
const texts = [
  '',
  'x',
  '*',
  '-1',
  '0',
  'true',
  '10.0.0.0/16',
  '10.0.1.0/24',
  '2001:db8::/64',
  '172.31.0.7',
  'default',
  'gp3',
  'us-east-1a',
  't3.micro',
  'ami-12c6146b',
  'i-00000000',
  'vol-0123456789abcdef0',
  '/dev/sdf',
  '$Latest',
  'tcp',
  'tag:Name',
  '__proto__',
  'constructor',
  '<a b="&\u0000">',
  '\uD800',
  'ä'.repeat(300),
]

const scalars = {
  boolean: ['true', 'false', 'yes'],
  integer: ['0', '1', '-1', '5', '22', '65536', '2147483648', '1e9', 'x'],
  float: ['0', '1.5', 'NaN', '-Infinity', 'x'],
  timestamp: ['2026-11-27T00:00:00Z', '1970-01-01', 'yesterday'],
  blob: ['', 'c2g=', '!', Buffer.alloc(600).toString('base64')],
} as const

/** Which ids a member is for, by its name. */
const prefixes: readonly (readonly [RegExp, string])[] = [
  [/SubnetId/, 'subnet-'],
  [/VolumeId/, 'vol-'],
  [/SnapshotId/, 'snap-'],
  [/VpcId/, 'vpc-'],
  [/GroupId/, 'sg-'],
  [/NetworkInterfaceId/, 'eni-'],
  [/AllocationId/, 'eipalloc-'],
  [/ImageId/, 'ami-'],
  [/LaunchTemplateId/, 'lt-'],
  [/KeyPairId/, 'key-'],
  [/RuleId/, 'sgr-'],
  [/SpotInstanceRequestId/, 'sir-'],
  [/InstanceId/, 'i-'],
]

/** How deep it goes, and how long lists get. */
const DEEPEST = 5
const LONGEST = 2

/** Makes forms by the shapes of what is asked, mostly such as somebody could send. */
export class FormFuzzer {
  readonly #random: () => number
  readonly #ids: readonly string[]

  /** @param ids - Of what there is: they are tried, too. */
  constructor(random: () => number, ids: readonly string[]) {
    this.#random = random
    this.#ids = ids
  }

  form(shape: StructureShape): Form {
    const asked = this.#structure(shape, '', 0)
    return this.#random() < 0.05 ? [...asked, ['Surprise.1.X', 'y']] : asked
  }

  #structure({ members }: StructureShape, path: string, depth: number): Form {
    const share = depth === 0 ? 0.12 : 0.5
    return members.flatMap((member) => {
      const isWanted = this.#random() < (member.isRequired ? 0.9 : share)
      return isWanted ? this.#element(member, `${path}${nameOf(member)}`, depth) : []
    })
  }

  #element(element: Element, path: string, depth: number): Form {
    const { shape } = element
    if (depth > DEEPEST) return []
    if (shape.type === 'structure') return this.#structure(shape, `${path}.`, depth + 1)
    if (shape.type === 'list') {
      const length = 1 + Math.floor(this.#random() * LONGEST)
      return Array.from({ length }, (_, index) =>
        this.#element(shape.element, `${path}.${index + 1}`, depth + 1),
      ).flat()
    }
    if (shape.type === 'map') return []
    return [[path, this.#scalar(shape.type, path)]]
  }

  #scalar(type: 'string' | keyof typeof scalars, path: string): string {
    if (type !== 'string') return this.#pick(scalars[type])
    const prefix = prefixes.find(([name]) => name.test(path))?.[1]
    const own = this.#ids.filter((id) => prefix !== undefined && id.startsWith(prefix))
    if (own.length > 0 && this.#random() < 0.8) return this.#pick(own)
    return this.#random() < 0.1 ? this.#pick(this.#ids) : this.#pick(texts)
  }

  #pick(from: readonly string[]): string {
    return from[Math.floor(this.#random() * from.length)] ?? ''
  }
}

function nameOf({ name, traits: { ec2QueryName, xmlName = name } }: Member): string {
  return ec2QueryName ?? `${xmlName.charAt(0).toUpperCase()}${xmlName.slice(1)}`
}

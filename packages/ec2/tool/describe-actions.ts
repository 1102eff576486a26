import { actions } from './actions.ts'
import { dumpModel } from './dump-model.ts'
import { services } from './services.ts'

/** What an action answers, and what is not behind it yet. */
const limits: Readonly<Record<string, string>> = {
  AttachVolume:
    'one instance at a time, on the volume’s device; `/dev/sdf` is the folder `/mnt/sdf`',
  CreateImage: 'the image that the instance was launched of, without what is on its disk',
  CreateSnapshot: 'a copy on the volume’s device',
  CreateVolume: 'one copy, on the device of whatever it is attached to first, or of its snapshot',
  ModifyVolume: 'what is on a device does not grow yet',
  AuthorizeSecurityGroupEgress: 'devices hold containers to 500 passages, the widest first',
  AuthorizeSecurityGroupIngress:
    'gateways let in TCP; of a rule for more than 64 ports those that the image says it serves, and 22',
  RebootInstances: 'the container is ended and started again, as it is',
  SendSSHPublicKey: 'the key enters at the masternode that was asked',
}

/** Returns the page that says of each action whether it is served. */
export function describeActions(): string {
  const [ec2, ...neighbours] = Object.entries(services)
  const lines = [
    '# Actions',
    '',
    'Written by `node tool/generate.ts`; a test holds it to what is served. Everything else that AWS models is answered with `UnsupportedOperation`.',
    '',
    '## ec2',
    '',
    ...table(
      Object.entries(actions).flatMap(([about, names]) => names.map((name) => ({ about, name }))),
    ),
    ...neighbours.flatMap(([service, { actions: names }]) => [
      '',
      `## ${service}`,
      '',
      ...table(names.map((name) => ({ about: '', name }))),
    ]),
    '',
    '## Not served',
    '',
    ...(ec2 === undefined ? [] : unservedOf(ec2[1])),
  ]
  return `${lines.join('\n')}\n`
}

function table(
  rows: readonly { readonly about: string; readonly name: string }[],
): readonly string[] {
  return [
    '| action | about | state |',
    '|---|---|---|',
    ...rows.map(({ about, name }) => {
      const limit = limits[name]
      return `| \`${name}\` | ${about} | ${limit === undefined ? 'served' : `served: ${limit}`} |`
    }),
  ]
}

function unservedOf({ client, ...wanted }: (typeof services)[string]): readonly string[] {
  const { unserved } = dumpModel(client, wanted)
  return [`${unserved.length} actions of EC2: ${unserved.map((name) => `\`${name}\``).join(', ')}.`]
}

import { InvalidArgumentError, Option, type Command } from 'commander'

import type { Feature } from '../feature.ts'
import {
  addLogOption,
  addReadOptions,
  addSendOptions,
  parsePort,
  type SendOptions,
} from '../option.ts'
import type { JoinOptions } from './join.ts'
import type { RunMasternodeOptions } from './run.ts'

/** The command that steers a region. */
export const declareMasternode: Feature = (program, perform) => {
  const masternode = addReadOptions(
    program
      .command('masternode')
      .description('steer a region: the Kubernetes API, the door of devices, the gateway'),
  )
  addDoorOptions(masternode)
  addKubernetesOptions(masternode)
  masternode
    .option('--database <URL>', 'PostgreSQL that keeps the record (else one in the data folder)')
    .option(
      '--database-file <FILE>',
      'holds that URL, where it has a password (else NEXQLOUD_DATABASE)',
    )
  addLogOption(masternode)
    .addHelpText('after', '\nIt runs until Ctrl-C; containers run on, on their devices.')
    .action((options: RunMasternodeOptions) =>
      perform(async (shell) => (await import('./run.ts')).runMasternode(options, shell)),
    )
  declareJoining(masternode, perform)
}

/** How another masternode comes to a network. */
function declareJoining(masternode: Command, perform: Parameters<Feature>[1]): void {
  addSendOptions(
    masternode
      .command('join')
      .description('make keys of a masternode in the data folder, and register it with its stake')
      .requiredOption('--endpoint <HOST:PORT>', 'where devices and other masternodes dial it'),
  )
    .option('--region <NAME>', 'the region that it steers', 'local')
    .option('--gas <NXQ>', 'what its key gets for fees, beside the stake', '1')
    .action((_: unknown, command: Command) =>
      perform(async (shell) =>
        (await import('./join.ts')).joinMasternode(command.optsWithGlobals<JoinOptions>(), shell),
      ),
    )
  addSendOptions(
    masternode.command('admit').description('give a registered masternode a seat, as who governs'),
  )
    .argument('<ID>', 'the number of the masternode')
    .action((id: string, _: unknown, command: Command) =>
      perform(async (shell) =>
        (await import('./admit.ts')).admitMasternode(
          id,
          command.optsWithGlobals<SendOptions>(),
          shell,
        ),
      ),
    )
}

function addDoorOptions(command: Command): void {
  const port = (flags: string, what: string, usual: number) =>
    command.option(`${flags} <PORT>`, `${what}; 0: any that is free`, parsePort, usual)
  command.option('--host <ADDRESS>', 'the address to listen on', '127.0.0.1')
  port('--kubernetes-port', 'the port of the Kubernetes API', 6443)
  port('--ec2-port', 'the port of the EC2-compatible API', 8773)
  port('--gateway-port', 'the port on which instances are reached by name, over HTTP', 8080)
  command
    .option(
      '--device-port <PORT>',
      'the port on which devices dial (the one that the chain names)',
      parsePort,
    )
    .option('--pool <RANGE>', 'the addresses that instances get', '127.66.0.0/17')
    .option('--ec2-pool <RANGE>', 'the public addresses that EC2 gives out', '127.66.128.0/17')
    .addOption(
      new Option('--ec2-region <NAME>', 'what its region is called in EC2')
        .default('us-east-1')
        .argParser(parseRegion),
    )
    .option('--nearby-registries', 'EC2 also launches images of registries off the internet')
    .option('--domain <NAME>', 'instances are called NAME.NAMESPACE. and this', 'localhost')
}

function addKubernetesOptions(command: Command): void {
  command
    .option('--kubeconfig <FILE>', 'work on the Kubernetes that this names, instead of the own one')
    .option('--kubelet-address <ADDRESS>', 'where its kube-apiserver reaches this masternode')
    .option('--kubelet-port <PORT>', 'the port for that', parsePort, 10250)
    .option(
      '--kubelet-client-ca <FILE>',
      'who signed the certificate that the kube-apiserver shows (the kubeconfig’s authority)',
    )
    .addOption(
      new Option('--kubelet-client-name <NAME>', 'the name in that certificate')
        .default('kube-apiserver-kubelet-client')
        .argParser(parseName),
    )
}

function parseRegion(text: string): string {
  if (/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(text)) return text
  throw new InvalidArgumentError('A region is small letters, digits and hyphens: us-east-1.')
}

function parseName(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('A name has at least one character.')
}

import { InvalidArgumentError, Option, type Command } from 'commander'

import type { Feature } from '../feature.ts'
import { declareFleet } from '../fleet/declaration.ts'
import {
  addDataOptions,
  addLogOption,
  addReadOptions,
  addSendOptions,
  type DataOptions,
  type ReadOptions,
} from '../option.ts'
import type { ListOptions } from '../story/list-devices.ts'
import { addReaderOptions } from '../story/option.ts'
import type { AcceptOptions } from './accept.ts'
import type { DeviceNameOptions } from './device-folder.ts'
import type { EarningsOptions } from './earnings.ts'
import type { JoinOptions } from './join.ts'
import type { LeaveOptions } from './leave.ts'
import type { LimitsOptions } from './limits.ts'
import type { AgentOptions } from './run.ts'
import type { ServiceOptions } from './service.ts'

/** The commands about devices: this machine's own, and any as the chain knows it. */
export const declareDevice: Feature = (program, perform) => {
  const device = program.command('device').description('the computers that the cloud is made of')
  addReadOptions(device.command('show').description('show what the chain knows of a device'))
    .argument('<ID>', 'the number of the device')
    .action((id: string, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showDevice(id, options, shell)),
    )
  addReadOptions(device.command('earnings').description('show what a device earned, by period'))
    .argument('<ID>', 'the number of the device')
    .option('--limit <COUNT>', 'so many periods at most, the newest ones', parseCount, 20)
    .action((id: string, options: EarningsOptions) =>
      perform(async (shell) => (await import('./earnings.ts')).showEarnings(id, options, shell)),
    )
  declareList(device, perform)
  declareJoin(device, perform)
  addNameOption(
    addSendOptions(
      device
        .command('accept')
        .description('show what this device was measured with, and have it count'),
    ),
  )
    .addOption(createRelayOption())
    .option('--yes', 'accept without asking')
    .action((options: AcceptOptions) =>
      perform(async (shell) => (await import('./accept.ts')).acceptOffer(options, shell)),
    )
  addAgentOptions(
    addReadOptions(device.command('run').description("run the agent of this machine's device")),
    'info',
  ).action((options: ReadOptions & AgentOptions) =>
    perform(async (shell) => (await import('./run.ts')).runDevice(options, shell)),
  )
  addNameOption(
    addReadOptions(
      device
        .command('status')
        .description("tell how this machine's device is, and why it is used or not"),
    ),
  ).action((options: ReadOptions & DeviceNameOptions) =>
    perform(async (shell) => (await import('./status.ts')).showStatus(options, shell)),
  )
  addNameOption(
    addDataOptions(
      device.command('drain').description('take nothing new, and have what runs moved'),
    ),
  )
    .option('--undo', 'take new pods again')
    .action((options: DataOptions & DeviceNameOptions & { undo?: boolean }) =>
      perform(async (shell) => (await import('./drain.ts')).drainDevice(options, shell)),
    )
  declareOwner(device, perform)
  declareService(device, perform)
  declareLeave(device, perform)
  declareFleet(device, perform)
}

const declareList: Feature = (device, perform) => {
  const states = [
    'lost',
    'dark',
    'paused',
    'draining',
    'cordoned',
    'disk-full',
    'failing',
    'yielding',
    'ready',
  ]
  addReaderOptions(device.command('list').description('list the devices that have connected'))
    .addOption(new Option('--state <STATE>', 'those alone that are so').choices(states))
    .option('--limit <COUNT>', 'so many at most', parseCount, 50)
    .action((options: ListOptions) =>
      perform(async (shell) =>
        (await import('../story/list-devices.ts')).listDevices(options, shell),
      ),
    )
}

const declareService: Feature = (device, perform) => {
  const service = device.command('service').description('have the agent start with this machine')
  addNameOption(
    addDataOptions(service.command('install').description('make the service, and start it')),
  )
    .addOption(createSocketOption())
    .action((options: ServiceOptions) =>
      perform(async (shell) => (await import('./service.ts')).installService(options, shell)),
    )
  addNameOption(
    addDataOptions(service.command('remove').description('end the service, and remove it')),
  ).action((options: ServiceOptions) =>
    perform(async (shell) => (await import('./service.ts')).removeService(options, shell)),
  )
  addNameOption(
    addDataOptions(service.command('status').description('tell whether there is one')),
  ).action((options: ServiceOptions) =>
    perform(async (shell) => (await import('./service.ts')).showService(options, shell)),
  )
}

const declareOwner: Feature = (device, perform) => {
  type Options = DataOptions & DeviceNameOptions
  addNameOption(
    addDataOptions(device.command('pause').description('let nothing run on this machine now')),
  )
    .option('--for <TIME>', 'ends by itself after that, e.g. 2h (until device resume)')
    .action((options: Options & { for?: string }) =>
      perform(async (shell) => (await import('./pause.ts')).pauseDevice(options, shell)),
    )
  addNameOption(
    addDataOptions(device.command('resume').description('end a pause, and work again')),
  ).action((options: Options) =>
    perform(async (shell) => (await import('./pause.ts')).resumeDevice(options, shell)),
  )
  addNameOption(
    addDataOptions(
      device.command('limits').description('show or say what this machine gives to the cloud'),
    ),
  )
    .option('--cpu <PERCENT>', 'of all CPUs, or all')
    .option('--memory <SIZE>', 'of all tenants together, e.g. 4Gi, or all')
    .option('--free-disk <SIZE>', 'what stays free on the disk, e.g. 50Gi, or none')
    .option('--network <SIZE>', 'in and out, a month, e.g. 500G, or any')
    .option('--hours <HOURS>', 'when, e.g. "mon-fri 18:00-08:00; sat,sun 00:00-24:00", or always')
    .option('--battery <PERCENT>', 'above which it may be used (100: never), or always')
    .option('--heat <CELSIUS>', 'to yield and to pause from, e.g. 80-90, or any')
    .option('--busy <PERCENT>', "of all CPUs that others' processes use, to yield from, or never")
    .option('--reset', 'forget what was said before')
    .action((options: LimitsOptions) =>
      perform(async (shell) => (await import('./limits.ts')).showLimits(options, shell)),
    )
}

const declareJoin: Feature = (device, perform) => {
  addAgentOptions(
    addSendOptions(
      device
        .command('join')
        .description('make this machine a device of the network, and run its agent'),
    ),
    // Somebody reads along, and is asked.
    'warn',
  )
    .option(
      '--key <ID>',
      'the digital key that activates it (one that is free; else one is bought)',
    )
    .option('--region <NAME>', 'where it stands (the region of the first masternode)')
    .option('--yes', 'buy a key without asking')
    .option(
      '--accept',
      'accept the scores that it is measured with, and later ones that are no lower',
    )
    .option('--no-run', 'register it only; nexqloud device run runs its agent')
    .addOption(createRelayOption())
    .addHelpText('after', '\nA second call goes on where the first one ended.')
    .action((options: JoinOptions) =>
      perform(async (shell) => (await import('./join.ts')).joinDevice(options, shell)),
    )
}

const declareLeave: Feature = (device, perform) => {
  addNameOption(
    addSendOptions(
      device
        .command('leave')
        .description('empty the device, retire it, and remove what is its own'),
    ),
  )
    .addOption(createSocketOption())
    .option('--wait <MINUTES>', 'how long it may take until it is empty', parseMinutes, 10)
    .option('--now', 'stop what runs on it, without waiting')
    .addOption(createRelayOption())
    .action((options: LeaveOptions) =>
      perform(async (shell) => (await import('./leave.ts')).leaveNetwork(options, shell)),
    )
}

function addNameOption(command: Command): Command {
  return command.option(
    '--name <NAME>',
    "which of the data folder's devices (the one without a name)",
    parseName,
  )
}

function parseName(text: string): string {
  if (/^[a-z0-9][-a-z0-9]{0,30}$/.test(text)) return text
  throw new InvalidArgumentError('A name has up to 31 small letters, digits and dashes.')
}

function addAgentOptions(command: Command, logLevel: string): Command {
  const named = addNameOption(command.addOption(createSocketOption()))
  named.option(
    '--masternode <HOST:PORT>',
    'where to dial masternodes (where the chain says); their keys stay those of the chain',
    parseHostPort,
  )
  return addLogOption(named, logLevel).option(
    '--nearby-registries',
    'take images from registries near this machine, too: only where all tenants are you',
  )
}

function parseHostPort(text: string): string {
  if (/^.+:\d{1,5}$/.test(text)) return text
  throw new InvalidArgumentError('Write host:port, e.g. 192.0.2.7:4433.')
}

function createSocketOption(): Option {
  return new Option(
    '--engine-socket <FILE>',
    'the socket of Docker or Podman (/var/run/docker.sock, else /run/podman/podman.sock)',
  )
}

function createRelayOption(): Option {
  return new Option(
    '--relay',
    'have a masternode send what you sign, and pay for it (one does where your wallet cannot)',
  )
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A count is a whole number of at least 1.')
}

function parseMinutes(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Minutes are a whole number of at least 0.')
}

import { InvalidArgumentError, Option, type Command } from 'commander'

import type { Feature } from '../feature.ts'
import { addDataOptions, addNamespaceOptions } from '../option.ts'
import type { ExecOptions } from './exec.ts'
import type { InstanceOptions } from './instance-session.ts'
import type { ListOptions } from './list.ts'
import type { LogsOptions } from './logs.ts'
import type { RemoveOptions } from './remove.ts'
import type { RunOptions, WaitOptions } from './run.ts'

/** The commands about instances: containers that run on the devices of others. */
export const declareInstance: Feature = (program, perform) => {
  declareRun(program, perform)
  addInstanceOptions(
    program
      .command('ps')
      .description('list instances: where they run, since when, and why some do not'),
  )
    .option('-a, --all', 'those that were stopped or have ended, too')
    .option('--each', 'each one of a group of many, too')
    .option('-w, --watch', 'go on with each one that changes, until Ctrl-C')
    .action((options: ListOptions) =>
      perform(async (shell) => (await import('./list.ts')).listInstances(options, shell)),
    )
  declareInside(program, perform)
  declareHalt(program, perform)
}

const declareRun: Feature = (program, perform) => {
  const run = program
    .command('run')
    .description('launch an instance from an image, and wait until it runs')
    .argument('<IMAGE>', '[registry/]repository[:tag][@sha256:digest]')
    .argument('[COMMAND...]', "what it runs instead of the image's own arguments, behind --")
    .option('-p, --publish <PORT>', 'a port that it listens on: 80, 80/http, 5432/tcp', collect)
    .option('-e, --env <K=V>', 'a variable of its environment', collect)
    .option('--label <K=V>', 'a label: receipts sum up by its values', collect)
    .option('--name <NAME>', 'what it is called (else after its image)')
    .option('--count <N>', 'so many that are alike: NAME-1 to NAME-N, kept apart', parseCount)
    .option('--type <TYPE>', 'CPU and memory by the name of a size, e.g. t3.micro')
    .option('--cpu <CPU>', 'how much CPU for itself: 2, 0.5, 500m (100m, and up to 500m)')
    .option('--memory <MEMORY>', 'how much memory: 512Mi, 2Gi (512Mi)')
    .option('--priority <N>', 'lower ones stop first where the account runs dry (0)', parsePriority)
    .option('--pull-secret <NAME>', 'the secret that holds the credentials of its registry')
    .addOption(
      new Option('--restart <WHEN>', 'whether it is started again when it ends')
        .choices(['always', 'never'])
        .default('always'),
    )
  addInstanceOptions(addWaitOptions(run)).action(
    (image: string, command: readonly string[], options: RunOptions) =>
      perform(async (shell) =>
        (await import('./run.ts')).runInstance([image, ...command], options, shell),
      ),
  )
}

const declareInside: Feature = (program, perform) => {
  addInstanceOptions(program.command('describe').description('show all about an instance'))
    .argument('<NAME>', 'which one')
    .action((name: string, options: InstanceOptions) =>
      perform(async (shell) =>
        (await import('./describe.ts')).describeInstance(name, options, shell),
      ),
    )
  addInstanceOptions(program.command('logs').description('print what an instance writes'))
    .argument('<NAME>', 'which one')
    .option('-f, --follow', 'go on with what it writes, until Ctrl-C')
    .option('--tail <LINES>', 'the last lines only')
    .option('--since <SPAN>', 'what is younger only: 90s, 10m, 1h30m')
    .option('--timestamps', 'when, before each line')
    .action((name: string, options: LogsOptions) =>
      perform(async (shell) => (await import('./logs.ts')).showLog(name, options, shell)),
    )
  addInstanceOptions(program.command('exec').description('run a command in an instance'))
    .argument('<NAME>', 'which one')
    .argument('<COMMAND...>', 'what to run; its options are its own')
    .option('-i, --interactive', 'give it what is typed or piped in')
    .option('-t, --tty', 'give it a terminal')
    .passThroughOptions()
    .action((name: string, command: readonly string[], options: ExecOptions) =>
      perform(async (shell) =>
        (await import('./exec.ts')).runCommand([name, ...command], options, shell),
      ),
    )
}

const declareHalt: Feature = (program, perform) => {
  addInstanceOptions(
    addNoWaitOption(
      program.command('stop').description('stop instances; they keep name and address'),
    ),
  )
    .argument('<NAME...>', 'which ones')
    .action((names: readonly string[], options: InstanceOptions & WaitOptions) =>
      perform(async (shell) => (await import('./halt.ts')).stopInstances(names, options, shell)),
    )
  addInstanceOptions(
    addWaitOptions(program.command('start').description('start instances that were stopped')),
  )
    .argument('<NAME...>', 'which ones')
    .action((names: readonly string[], options: InstanceOptions & WaitOptions) =>
      perform(async (shell) => (await import('./halt.ts')).startInstances(names, options, shell)),
    )
  addInstanceOptions(
    addNoWaitOption(program.command('rm').description('remove instances with all that they have')),
  )
    .argument('<NAME...>', 'which ones')
    .option('-y, --yes', 'do not ask whether what runs may go')
    .action((names: readonly string[], options: RemoveOptions) =>
      perform(async (shell) =>
        (await import('./remove.ts')).removeInstances(names, options, shell),
      ),
    )
}

function addInstanceOptions(command: Command): Command {
  return addNamespaceOptions(addDataOptions(command))
}

function addNoWaitOption(command: Command): Command {
  return command.option('--no-wait', 'return as soon as it is asked for')
}

function addWaitOptions(command: Command): Command {
  return addNoWaitOption(command).option(
    '--timeout <SECONDS>',
    'wait so long at most; it goes on by itself then',
    parseSeconds,
    600,
  )
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && count <= 10_000) return count
  throw new InvalidArgumentError('There are 1 to 10000 at a time.')
}

function parsePriority(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A priority is a whole number, e.g. 10 or -1.')
}

function parseSeconds(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Seconds are a whole number.')
}

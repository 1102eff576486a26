import type { Printer } from '../printer.ts'

/** What stands when all has started. */
export type Finish = {
  readonly folder: string
  readonly kubeconfig: string
  readonly gateway: string
  /** The profile of AWS's clients; nothing where there is none. */
  readonly aws: string | undefined
  /** The socket of each device's engine. */
  readonly engines: readonly string[]
  /** Where the first app answers; nothing where there is none. */
  readonly url: string | undefined
  /** An image that can be run here; nothing where a public registry has any. */
  readonly image: string | undefined
}

/** A list of what is done, told while it is done. */
export type Tasks = {
  /** Runs one task, which may tell what it waits for; what it returns is shown beside its name, as `show` says. */
  readonly run: <Outcome>(
    name: string,
    task: (onStep: (text: string) => void) => Promise<Outcome>,
    show?: (outcome: Outcome) => string,
  ) => Promise<Outcome>
  /** Says something besides. */
  readonly note: (text: string) => void
  readonly finish: (finish: Finish) => void
}

/** Returns a list that tells people on the printer's lines; as JSON, one document at the end. */
export function createTasks({
  printer,
  json = false,
}: {
  readonly printer: Printer
  readonly json?: boolean | undefined
}): Tasks {
  const done = (name: string, shown: string): void => {
    if (!json) printer.line(`${name.padEnd(12)}${shown}`)
  }
  return {
    run: async (name, task, show = describe) => {
      printer.status(`${name} ...`)
      let told = ''
      const outcome = await task((text) => {
        if (text === told) return
        told = text
        printer.status(`${name}: ${text} ...`)
      })
      done(name, show(outcome))
      return outcome
    },
    note: (text) => printer.note(text),
    finish: ({ folder, kubeconfig, gateway, aws, engines, url, image }) => {
      if (json) {
        const document = { data: folder, kubeconfig, gateway, aws, engines, url, image }
        return printer.line(JSON.stringify(document))
      }
      const tries = [
        ...(url === undefined ? [] : [`curl ${url}`]),
        image === undefined ? 'nexqloud run nginx -p 80' : `nexqloud run ${image} --name web -p 80`,
        'nexqloud ps',
        `kubectl --kubeconfig ${kubeconfig} get pods -o wide`,
        ...(aws === undefined ? [] : [`AWS_CONFIG_FILE=${aws} aws ec2 describe-instances`]),
      ]
      printer.line('')
      for (const [at, text] of tries.entries())
        printer.line(`${at === 0 ? 'Try: ' : '     '}${text}`)
      printer.line(
        'Every five minutes what was seen to run is billed, and this machine’s owner is paid. Ctrl-C, or nexqloud down, stops it.',
      )
    },
  }
}

function describe(outcome: unknown): string {
  return typeof outcome === 'string' ? outcome : 'done'
}
